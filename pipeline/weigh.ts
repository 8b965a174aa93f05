import type { ClaimFinding, NotCounted, Role, WeighedDocument } from '../contracts/findings.ts';
import type { Citations, CitedClaim } from './claims.ts';
import type { Citable } from './document-text.ts';
import { bodyOf, isLogLine, kindOf, titleOf } from './document-text.ts';
import { excerptOf } from './excerpt.ts';
import { documentHash } from './hash.ts';
import { redact } from './redaction.ts';
import { subjectOf } from './speaks-to.ts';
import type { Bench } from './support.ts';
import { isInScope, storedAt, whyNotCounted } from './support.ts';

/** Every document that exists, by id: what was cited and what we found ourselves. */
export type Known = ReadonlyMap<string, Citable>;

/** How the claims stand: per claim, and per cited document why it did not count. */
export type Weighed = {
  claims: ClaimFinding[];
  supports: ReadonlySet<string>;
  contradictions: ReadonlySet<string>;
  notCounted: ReadonlyMap<string, NotCounted>;
};

export const isContradicting = (document: Citable): boolean =>
  !isLogLine(document) && document.kind === 'evidence' && document.stance === 'contradict';

/**
 * Weighs every claim by the documents themselves. A contradicting document counts where it speaks to a claim or to the
 * action: one that the planner names wherever it comes from, one that we found if it is of this service or of all.
 */
export function weigh(citations: Citations, known: Known, cited: ReadonlySet<string>, bench: Bench): Weighed {
  const counting = [...known.values()].filter(
    (document) => isContradicting(document) && (cited.has(document.id) || isInScope(document, bench.service)),
  );
  const notCounted = new Map<string, NotCounted>();
  const supports = new Set<string>();
  const claims = citations.claims.map((claim) => {
    const finding = findingOf(claim, known, counting, bench, notCounted);
    for (const id of finding.supports) supports.add(id);
    return finding;
  });
  return { claims, supports, contradictions: contradictionsOf(citations, counting, bench), notCounted };
}

/** Also against what a stray claim says, and against the action where the plan makes no claim at all. */
function contradictionsOf({ claims, strays }: Citations, counting: readonly Citable[], { speaks }: Bench): Set<string> {
  const texts = ['', ...claims.map(({ claim }) => claim), ...strays.map(({ claim }) => claim)];
  const speaking = counting.filter((document) => texts.some((text) => speaks(document, text)));
  return new Set(speaking.map(({ id }) => id).sort());
}

function findingOf(
  claim: CitedClaim,
  known: Known,
  counting: readonly Citable[],
  bench: Bench,
  notCounted: Map<string, NotCounted>,
): ClaimFinding {
  const against = counting.filter((document) => bench.speaks(document, claim.claim)).map(({ id }) => id);
  const named = claim.contradiction_ids.some((id) => against.includes(id));
  return {
    claim: claim.claim,
    quote: claim.quotes.length === 0 ? null : claim.quotes.join(' … '),
    supports: supportsOf(claim, known, bench, notCounted),
    contradictions: against.sort(),
    fabricated: [],
    contradicted_by_planner: claim.contradicted && !named,
  };
}

/** Of a document that several claims cite, the first reason why it did not count is kept. */
function supportsOf(claim: CitedClaim, known: Known, bench: Bench, notCounted: Map<string, NotCounted>): string[] {
  const cited = claim.support_ids.flatMap((id) => known.get(id) ?? []);
  const judged = cited.map((document) => ({ id: document.id, reason: whyNotCounted(document, claim, bench) }));
  for (const { id, reason } of judged) if (reason !== null && !notCounted.has(id)) notCounted.set(id, reason);
  return judged
    .filter(({ reason }) => reason === null)
    .map(({ id }) => id)
    .sort();
}

/** The record of one document, as it will be shown and hashed into the digest. What it says is redacted for showing only. */
export function weighedDocument(
  document: Citable,
  { claims, supports, contradictions, notCounted }: Weighed,
  cited: boolean,
  action: Bench['action'],
): WeighedDocument {
  const role = roleOf(document.id, { supports, contradictions, notCounted });
  const claim = claims.find((one) => one.supports.includes(document.id) || one.contradictions.includes(document.id));
  const subject = subjectOf([claim?.claim ?? '', action?.title ?? ''].join(' '), document.service);
  return {
    id: document.id,
    kind: kindOf(document),
    service: document.service,
    stance: isLogLine(document) || document.kind !== 'evidence' ? null : document.stance,
    title: redact(titleOf(document)),
    excerpt: redact(excerptOf(bodyOf(document), claim?.quote ?? null, subject)),
    hash: documentHash(document),
    role,
    not_counted: role === 'not_counted' ? (notCounted.get(document.id) ?? null) : null,
    cited,
    stored_at: instantOf(storedAt(document)),
    ...failuresOf(document),
  };
}

function failuresOf(document: Citable): Pick<WeighedDocument, 'failures'> {
  const failures = isLogLine(document) || document.kind !== 'runbook' ? 0 : (document.failures ?? 0);
  return failures > 0 ? { failures } : {};
}

function roleOf(
  id: string,
  { supports, contradictions, notCounted }: Pick<Weighed, 'supports' | 'contradictions' | 'notCounted'>,
): Role {
  if (contradictions.has(id)) return 'contradiction';
  if (supports.has(id)) return 'support';
  return notCounted.has(id) ? 'not_counted' : 'context';
}

/** Log lines may carry other precisions; records have milliseconds. */
const instantOf = (at: string | null): string | null => (at === null ? null : new Date(at).toISOString());
