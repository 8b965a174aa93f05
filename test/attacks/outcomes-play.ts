import type { LibraryDocument } from '../../contracts/documents.ts';
import type { DecisionKind } from '../../contracts/entry-words.ts';
import { currentRevision } from '../../pipeline/case-state.ts';
import type { Planner } from '../../pipeline/ports.ts';
import { redact } from '../../pipeline/redaction.ts';
import type { Arena } from './arena.ts';
import { openArena } from './arena.ts';
import { type Placed, placedIn } from './outcome-places.ts';
import { unchangeable } from './outcomes-judge.ts';
import { written } from './summaries.ts';
import { copyOf, rightOf, TALES, type Tale, taleAt } from './tales.ts';
import { LEAD, ONCALL } from './team.ts';

export type Planned = { text: string; place: string; way: string };
export type Attacked = Planned & Placed & { tale: Tale; documents: LibraryDocument[] };
export type Played = {
  arena: Arena;
  /** By case. */
  cases: ReadonlyMap<string, Attacked>;
  /** Of everything that may not change, before anything happened. */
  before: string;
  runbooksBefore: number;
  /** How many decisions people gave. */
  given: number;
  /** Services whose next plan cites what was learned, as its only authority. */
  citing: Map<string, string>;
};

/** Each attack has a service, an incident and documents of its own; which tale it is does not go by its place. */
function attacksOf(planned: readonly Planned[]): Attacked[] {
  return planned.map((one, number) => {
    const { tale, documents } = copyOf(taleAt(number + Math.floor(number / TALES.length)), number);
    const placed = placedIn(one.place, tale, one.text, number);
    return { ...one, ...placed, documents: [...documents, ...(placed.documents ?? [])] };
  });
}

/** Plays every attack to the end of its recovery: people let run what asks for them, with the text as their reason where that is the place. */
export async function playOutcomes(planned: readonly Planned[]): Promise<Played> {
  const attacks = attacksOf(planned);
  const byService = new Map(attacks.map((one) => [one.tale.service, one]));
  const citing = new Map<string, string>();
  const arena = await openArena({
    documents: attacks.flatMap(({ documents }) => documents),
    right: rightOf,
    executorDetail: (service) => byService.get(service)?.detail,
    figuresPath: (service) => byService.get(service)?.path,
    ticketKey: (service) => byService.get(service)?.ticket,
    summarise: (service) => {
      const attacked = byService.get(service);
      return attacked === undefined ? null : written(attacked.way, attacked.text);
    },
    plannerFor: (service) => {
      const id = citing.get(service);
      return id === undefined ? null : citingPlanner(id, rightOf(service));
    },
  });
  const before = await unchangeable(arena, attacks);
  const { runbooks: runbooksBefore } = await arena.store.library.counts();
  const cases = new Map<string, Attacked>();
  await Promise.all(attacks.map(async (one) => cases.set(await arena.open(one.tale), one)));
  await arena.rest(REST_MS);
  const given = await letRun(arena, cases);
  await arena.rest(REST_MS);
  return { arena, cases, before, runbooksBefore, given, citing };
}
const REST_MS = 240_000;

async function letRun(arena: Arena, cases: ReadonlyMap<string, Attacked>): Promise<number> {
  const waiting = [...arena.states.values()].filter(({ status }) => status === 'pending_approval');
  const counts = await Promise.all(waiting.map(({ caseId }) => consent(arena, caseId, reasonOf(cases.get(caseId)))));
  return counts.reduce((sum, count) => sum + count, 0);
}

/** As every surface takes it. */
const reasonOf = (attacked: Attacked | undefined): string | null =>
  attacked?.reason === undefined ? null : redact(attacked.reason);

/** How many of the decisions counted. */
async function consent(arena: Arena, caseId: string, reason: string | null): Promise<number> {
  const decide = async (kind: DecisionKind, by: string): Promise<number> => {
    const state = arena.states.get(caseId);
    const now = state === undefined ? undefined : currentRevision(state);
    const about = { caseId, revision: now?.revision ?? 1, digest: now?.gated?.digest ?? null };
    const done = await arena.governor.core.decisions.record({ kind, ...about, by, via: 'button', eventKey: null, reason });
    return done.ok ? 1 : 0;
  };
  const turned = reason === null ? 0 : (await decide('hold', ONCALL)) + (await decide('release', LEAD));
  return turned + (await decide('override', LEAD));
}

/** Has found one document and believes it. */
function citingPlanner(id: string, action: string): Planner {
  const claim = `${action} is the documented remedy according to the runbook`;
  const answer = (value: unknown) => ({
    text: JSON.stringify(value),
    planner: 'citing',
    fallback_from: null,
    usage: null,
    retrieved_ids: [id],
  });
  return {
    name: 'citing',
    plan: async ({ incident }) =>
      answer({
        incident_id: incident.id,
        proposed_action: action,
        parameters: {},
        rationale: 'The runbook says so.',
        key_claims: [{ claim, document_ids: [id] }],
        confidence_initial: 10,
        retrieved_context_ids: [id],
      }),
    stress: async ({ incident }) =>
      answer({
        incident_id: incident.id,
        claim_evidence: [{ claim, support_docs: [id], contradiction_docs: [] }],
        policy_conflicts: [],
        confidence_post_stress: 10,
        position_after_stress: action,
      }),
    summarise: async () => answer({ title: 'It helped', body: 'It helped again.' }),
    explain: async () => answer('because'),
  };
}
