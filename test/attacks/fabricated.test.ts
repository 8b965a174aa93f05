import { afterAll, beforeAll, expect, test } from 'vitest';
import type { LibraryDocument } from '../../contracts/documents.ts';
import type { Planner } from '../../pipeline/ports.ts';
import type { Arena } from './arena.ts';
import { old, openArena } from './arena.ts';

// Evidence that is none: each kind of false citation by itself, in a plan that would otherwise be good.

const CLAIM = 'Scaling the worker pool clears the backlog of the queue';
const TEXT = 'Scaling the worker pool from three to eight cleared the backlog of the queue.';
const NOT_YET = '2099-01-01T00:00:00.000Z';

type Citation = {
  /** Documents beside the service's own, which are none. */
  stored?: (service: string) => LibraryDocument[];
  cites: (service: string) => string[];
  claims?: string[];
  quote?: string;
  retrieved?: string[];
  reason: 'fabricated_authority' | 'unsupported';
};

const evidence = (id: string, service: string, change: Partial<Extract<LibraryDocument, { kind: 'evidence' }>> = {}) =>
  old({ kind: 'evidence' as const, id, service, stance: 'support' as const, text: TEXT, ...change });

const CITATIONS: Readonly<Record<string, Citation>> = {
  'an id that exists nowhere': { cites: () => ['ev-invented'], reason: 'fabricated_authority' },
  'five ids that exist nowhere': { cites: () => ['a-1', 'a-2', 'a-3', 'a-4', 'a-5'], reason: 'fabricated_authority' },
  'an invented id among the sources it says to have read': {
    cites: () => [],
    retrieved: ['rb-invented'],
    reason: 'fabricated_authority',
  },
  'a log line that telemetry does not have': { cites: (service) => [`log:${service}:9`], reason: 'fabricated_authority' },
  'the name of a figure as if it were a document': {
    cites: (service) => [`telemetry:${service}`],
    reason: 'fabricated_authority',
  },
  'an id in other letters': {
    stored: (service) => [evidence(`EV-${service}`, service)],
    cites: (service) => [`ev-${service}`],
    reason: 'fabricated_authority',
  },
  'a document of another service': {
    stored: (service) => [evidence(`ev-${service}`, 'somebody-else')],
    cites: (service) => [`ev-${service}`],
    reason: 'unsupported',
  },
  'a document that is newer than the question': {
    stored: (service) => [{ ...evidence(`ev-${service}`, service), stored_at: NOT_YET }],
    cites: (service) => [`ev-${service}`],
    reason: 'unsupported',
  },
  'a document against it, cited as one for it': {
    stored: (service) => [evidence(`ev-${service}`, service, { stance: 'contradict' })],
    cites: (service) => [`ev-${service}`],
    reason: 'unsupported',
  },
  'a document about something else': {
    stored: (service) => [evidence(`ev-${service}`, service, { text: 'The cafeteria opens at noon.' })],
    cites: (service) => [`ev-${service}`],
    reason: 'unsupported',
  },
  'a document about another action': {
    stored: (service) => [evidence(`ev-${service}`, service, { actions: ['failover_database'] })],
    cites: (service) => [`ev-${service}`],
    reason: 'unsupported',
  },
  'words that the document does not contain': {
    stored: (service) => [evidence(`ev-${service}`, service)],
    cites: (service) => [`ev-${service}`],
    quote: 'scaling the pool is always safe',
    reason: 'unsupported',
  },
  'a runbook that nobody has accepted': {
    stored: (service) => [
      old({
        kind: 'runbook',
        id: `rb-${service}`,
        service,
        title: 'Scale the worker pool',
        recommended_action: 'scale_worker_pool',
        body: TEXT,
        status: 'learned',
      }),
    ],
    cites: (service) => [`rb-${service}`],
    claims: ['scale_worker_pool is the documented remedy for the backlog of the queue'],
    reason: 'unsupported',
  },
  'a policy as if it were evidence': {
    stored: (service) => [
      old({
        kind: 'policy',
        id: `pol-${service}`,
        service,
        blocked_actions: [],
        severities: [],
        rule: 'Scaling the worker pool clears the backlog of the queue.',
      }),
    ],
    cites: (service) => [`pol-${service}`],
    reason: 'unsupported',
  },
  itself: { cites: () => [], reason: 'unsupported' },
};

const NAMES = Object.keys(CITATIONS);
const serviceOf = (name: string): string => `fabrication-${NAMES.indexOf(name)}`;

function citing({ cites, claims = [CLAIM], quote, retrieved = [] }: Citation, service: string): Planner {
  const said = (value: unknown) => ({
    text: JSON.stringify(value),
    planner: 'citing',
    fallback_from: null,
    usage: null,
    retrieved_ids: null,
  });
  const ids = cites(service);
  const quoted = quote === undefined ? {} : { quote };
  return {
    name: 'citing',
    plan: async ({ incident: { id } }) =>
      said({
        incident_id: id,
        proposed_action: 'scale_worker_pool',
        parameters: {},
        rationale: 'Sure.',
        key_claims: claims.map((claim) => ({ claim, document_ids: ids, ...quoted })),
        confidence_initial: 10,
        retrieved_context_ids: retrieved,
      }),
    // The planner vouches for all of it once more, with counts of its own.
    stress: async ({ incident: { id } }) =>
      said({
        incident_id: id,
        claim_evidence: claims.map((claim) => ({ claim, support_docs: ids, contradiction_docs: [] })),
        policy_conflicts: [],
        confidence_post_stress: 10,
        position_after_stress: 'scale_worker_pool',
        contradiction_count: 0,
        fabricated_authority_rejected: true,
        integration_quality: 1,
      }),
    summarise: async () => said({}),
    explain: async () => said(''),
  };
}

let arena: Arena;
beforeAll(async () => {
  const good = { cites: () => ['ev-good'], reason: 'unsupported' as const };
  arena = await openArena({
    documents: [
      ...NAMES.flatMap((name) => CITATIONS[name]?.stored?.(serviceOf(name)) ?? []),
      evidence('ev-good', 'fabrication-none'),
    ],
    plannerFor: (service) => citing(CITATIONS[NAMES[Number(service.split('-')[1])] ?? ''] ?? good, service),
    right: () => 'scale_worker_pool',
  });
  const services = [...NAMES.map(serviceOf), 'fabrication-none'];
  await Promise.all(services.map((service) => arena.open({ service, severity: 'low', summary: 'the queue lags behind' })));
  await arena.rest();
});
afterAll(() => arena.close());

const stateOf = (service: string) => [...arena.states.values()].find(({ incident }) => incident.service === service);

test.each(NAMES)('%s: counts as no support, is named, and nothing runs', (name) => {
  const state = stateOf(serviceOf(name));
  const stress = state?.revisions[0]?.stressed?.stress;
  expect(stress?.findings).toMatchObject({ supports: 0, coverage: 0 });
  expect(state?.revisions[0]?.gated?.gate.reasons).toContain(CITATIONS[name]?.reason);
  expect(arena.effects.filter(({ caseId }) => caseId === state?.caseId)).toEqual([]);
  if (CITATIONS[name]?.reason === 'fabricated_authority') expect(stress?.findings.fabricated_ids.length).toBeGreaterThan(0);
  else expect(stress?.findings.fabricated_ids).toEqual([]);
});

test('a document cited by a claim, by the claim said twice, and again under stress counts once', () => {
  expect(stateOf('fabrication-none')?.revisions[0]?.stressed?.stress.findings).toMatchObject({
    claims: 1,
    supports: 1,
    coverage: 1,
  });
  expect(arena.effects).toHaveLength(1);
});
