import type { KeyClaim, Plan, StressAnswer } from '../contracts/plan.ts';
import { plainText } from './excerpt.ts';

/** One claim of the plan with everything that was cited for and against it, by whom does not matter. */
export type CitedClaim = {
  claim: string;
  /** Every one of them must occur in a document for the document to support the claim. */
  quotes: string[];
  support_ids: string[];
  contradiction_ids: string[];
  /** The planner says that the claim does not hold. */
  contradicted: boolean;
};

export type Citations = {
  claims: CitedClaim[];
  /** What the stress answer says of claims that the plan does not make: it supports nothing, but it can contradict. */
  strays: CitedClaim[];
};

const distinct = (ids: readonly string[]): string[] => [...new Set(ids)];

/**
 * Joins a plan's claims with what the planner found for and against them, by the claim's text and never by its place in
 * a list. A claim made twice is one claim: saying it again adds nothing.
 */
export function citationsOf(plan: Pick<Plan, 'key_claims'>, answer: Pick<StressAnswer, 'claim_evidence'> | null): Citations {
  const claims = new Map<string, CitedClaim>();
  const made: readonly KeyClaim[] = plan.key_claims;
  for (const { claim, document_ids, quote } of made) {
    merge(claims, {
      claim,
      quotes: quote === undefined ? [] : [quote],
      support_ids: document_ids,
      contradiction_ids: [],
      contradicted: false,
    });
  }
  const strays = new Map<string, CitedClaim>();
  for (const { claim, support_docs, contradiction_docs, contradicted } of answer?.claim_evidence ?? []) {
    const target = claims.has(plainText(claim)) ? claims : strays;
    const against = contradicted ?? false;
    merge(target, { claim, quotes: [], support_ids: support_docs, contradiction_ids: contradiction_docs, contradicted: against });
  }
  return { claims: [...claims.values()], strays: [...strays.values()] };
}

function merge(claims: Map<string, CitedClaim>, more: CitedClaim): void {
  const key = plainText(more.claim);
  const known = claims.get(key);
  claims.set(key, {
    claim: known?.claim ?? more.claim,
    quotes: distinct([...(known?.quotes ?? []), ...more.quotes]),
    support_ids: distinct([...(known?.support_ids ?? []), ...more.support_ids]),
    contradiction_ids: distinct([...(known?.contradiction_ids ?? []), ...more.contradiction_ids]),
    contradicted: (known?.contradicted ?? false) || more.contradicted,
  });
}

/**
 * Every id that the planner names, each once. What it says to have read counts as cited too: an invented source on a
 * list of sources is authority that people would trust when they read the card.
 */
export function citedIds(
  { claims, strays }: Citations,
  plan: Pick<Plan, 'retrieved_context_ids'>,
  answer: StressAnswer | null,
): string[] {
  const named = [...claims, ...strays].flatMap((claim) => [...claim.support_ids, ...claim.contradiction_ids]);
  return distinct([...named, ...plan.retrieved_context_ids, ...(answer?.policy_conflicts ?? [])]);
}
