import fc from 'fast-check';
import { LibraryDocument } from '../../contracts/documents.ts';
import { KeyClaim } from '../../contracts/plan.ts';
import type { Telemetry } from '../../contracts/telemetry.ts';
import { SEVERITIES, type Severity } from '../../contracts/words.ts';
import { NAUGHTY } from '../conformance/naughty.ts';
import { aClaim, anEvidence, aRunbook, figures, SERVICE } from '../fixtures/builders.ts';

// Libraries as people and attackers might have filled them, and incidents whose plans cite them rightly and wrongly.

/** Stands in a document's `from_case` for the first case of the world, whose id is not known before it is played. */
export const FIRST_CASE = 'first-case-of-the-world';
/** What programs take for paths, fields, patterns or other documents, and one longer than a key of the cluster may be. */
export const IDS = [
  'ev-103',
  'EV-103',
  'runbooks/queue.md',
  'kb:billing:7',
  '../..',
  '_id',
  'a@b+c~d.e',
  'prüfung/数据库-ß',
  '𝒳'.repeat(200),
] as const;
const NO_DOCUMENT = 'ghost/none';

const ACTIONS = ['scale_worker_pool', 'restart_api_pods'] as const;
const PROPOSED = [
  ...ACTIONS,
  'scale out the workers',
  'Rolling restart of the API pods',
  'drop every table',
  'investigate_and_escalate',
];
const HALF = { nil: undefined, freq: 1 } as const;

const id = fc.constantFrom(...IDS);
const service = fc.constantFrom(SERVICE, SERVICE, 'payments-api', '*');
const subject = fc.constantFrom(
  'Scaling the worker pool clears the queue lag',
  'Scaling the worker pool from three to eight workers cleared the backlog of the queue.',
  'The worker pool was scaled and the queue grew',
  'restart_api_pods ended in a storm of reconnects',
);
/** The longest that a claim may be: what is longer never gets as far as a store. */
const HOSTILE_CHARS_MAX = 4_000;
const hostile = fc.oneof(
  fc.constantFrom(...NAUGHTY.map((told) => told.slice(0, HOSTILE_CHARS_MAX))),
  fc.string({ unit: 'binary', minLength: 1, maxLength: 60 }),
);
const text = fc.oneof({ weight: 4, arbitrary: subject }, { weight: 1, arbitrary: hostile });

const provenance = {
  stored_at: fc.option(fc.constantFrom('2026-01-01T00:00:00.000Z', '2999-01-01T00:00:00.000Z'), HALF),
  from_case: fc.option(fc.constant(FIRST_CASE), { nil: undefined, freq: 9 }),
};
/** A field that was not drawn is not there, as in a document that lacks it. */
const present = <T extends object>(record: T) =>
  Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined));

const evidence = fc.record({
  kind: fc.constant('evidence'),
  id,
  service,
  stance: fc.constantFrom('support', 'support', 'contradict'),
  text,
  actions: fc.option(fc.subarray([...ACTIONS], { minLength: 1 }), HALF),
  ...provenance,
});
const runbook = fc.record({
  kind: fc.constant('runbook'),
  id,
  service,
  title: subject,
  recommended_action: fc.constantFrom('', ...ACTIONS),
  body: text,
  status: fc.option(fc.constantFrom('accepted', 'learned', 'discarded'), HALF),
  failures: fc.option(fc.nat(3), HALF),
  ...provenance,
});
const clock = fc.constantFrom('00:00', '09:59', '10:00', '10:01', '23:59');
const window = fc
  .record({ days: fc.option(fc.subarray(['sat', 'sun', 'mon'], { minLength: 1 }), HALF), from: clock, to: clock })
  .map(present);
const policy = fc.record({
  kind: fc.constant('policy'),
  id,
  service,
  blocked_actions: fc.subarray([...ACTIONS, 'resize worker pools', '*'], { maxLength: 2 }),
  severities: fc.subarray([...SEVERITIES]),
  rule: text,
  absolute: fc.option(fc.boolean(), HALF),
  window: fc.option(window, HALF),
  ...provenance,
});
/** Through the schema, so that no shape is drawn that no store would be given. */
const document = fc
  .oneof({ weight: 4, arbitrary: evidence }, { weight: 2, arbitrary: runbook }, { weight: 1, arbitrary: policy })
  .map((drawn) => LibraryDocument.parse(present(drawn)));

const cited = fc.subarray([...IDS, NO_DOCUMENT], { maxLength: 4 });
const claim: fc.Arbitrary<KeyClaim> = fc
  .record({
    claim: fc.oneof({ weight: 5, arbitrary: subject }, { weight: 1, arbitrary: hostile }),
    document_ids: cited,
    quote: fc.option(fc.constantFrom('worker pool', 'nowhere to be read'), { nil: undefined, freq: 4 }),
  })
  .map((drawn) => KeyClaim.parse(present(drawn)));

/** What the planner says against itself; null where it looks the documents up in the library. */
type Second = { against: string[]; support: string[]; contradicted: boolean; policies: string[]; position: string | null } | null;
const NO_DOUBT: Second = { against: [], support: [], contradicted: false, policies: [], position: null };
const second: fc.Arbitrary<Second> = fc.oneof(
  { weight: 2, arbitrary: fc.constant(null) },
  { weight: 2, arbitrary: fc.constant(NO_DOUBT) },
  {
    weight: 2,
    arbitrary: fc.record({
      against: cited,
      support: cited,
      contradicted: fc.boolean(),
      policies: fc.subarray([...IDS], { maxLength: 2 }),
      position: fc.option(fc.constantFrom(...PROPOSED), { freq: 1 }),
    }),
  },
);

const BAD = figures({ errors: 120, error_rate: 0.12 });
const WELL = figures({ errors: 10, error_rate: 0.01 });
const live = (...usual: Telemetry[]): fc.Arbitrary<Telemetry | null> =>
  fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...usual) }, { weight: 1, arbitrary: fc.constant(null) });

/** One incident, what its planner says, and what happens to it. */
export type ToldCase = {
  severity: Severity;
  summary: string;
  proposed: string;
  workers: number | null;
  claims: KeyClaim[];
  second: Second;
  /** Figures while it is analysed, at the last look before the effect, and after it. */
  before: Telemetry | null;
  late: Telemetry | null;
  after: Telemetry | null;
  /** Written and removed between the decision that people saw and the last look before the effect. */
  meanwhile: { put: LibraryDocument[]; remove: string[] };
  passes: 'approve' | 'override';
  outcome: 'done' | 'failed' | 'refused';
  /** What a person says of the runbook that was learned. */
  learned: 'accepted' | 'discarded' | null;
};

/** A supported plan that runs by itself, helps, and teaches something that is accepted. */
export const SOUND: ToldCase = {
  severity: 'medium',
  summary: 'The billing queue lags behind and its workers are slow',
  proposed: 'scale_worker_pool',
  workers: null,
  claims: [aClaim()],
  second: NO_DOUBT,
  before: BAD,
  late: BAD,
  after: WELL,
  meanwhile: { put: [], remove: [] },
  passes: 'approve',
  outcome: 'done',
  learned: 'accepted',
};

const changes = fc.record({ put: fc.array(document, { maxLength: 2 }), remove: fc.subarray([...IDS], { maxLength: 2 }) });
const told: fc.Arbitrary<ToldCase> = fc.record({
  severity: fc.constantFrom(...SEVERITIES, 'low', 'medium'),
  summary: text.map((said) => said.trim().slice(0, 500) || 'it is slow'),
  proposed: fc.oneof(
    { weight: 5, arbitrary: fc.constant(SOUND.proposed) },
    { weight: 1, arbitrary: fc.constantFrom(...PROPOSED) },
  ),
  workers: fc.constantFrom(null, null, null, 12, 999),
  claims: fc.oneof(
    { weight: 3, arbitrary: fc.constant(SOUND.claims) },
    { weight: 2, arbitrary: fc.array(claim, { maxLength: 3 }) },
  ),
  second,
  before: live(BAD),
  late: live(BAD, BAD, WELL),
  after: live(BAD, WELL, WELL),
  meanwhile: fc.oneof(fc.constant(SOUND.meanwhile), changes),
  passes: fc.constantFrom('approve', 'override'),
  outcome: fc.constantFrom('done', 'done', 'done', 'failed', 'refused'),
  learned: fc.constantFrom('accepted', 'discarded', null),
});

/** What supports the sound plan. Documents that are drawn besides may contradict it, forbid it or take its place. */
export const STORY: LibraryDocument[] = [anEvidence(), aRunbook({ id: 'runbooks/queue.md' })];

const CASES_PER_WORLD = 3;

/** A library and the incidents that happen to it, one after the other: what one teaches the next one finds. */
export type World = { documents: LibraryDocument[]; cases: ToldCase[] };
export const worlds: fc.Arbitrary<World> = fc.record({
  documents: fc
    .tuple(fc.constantFrom(STORY, STORY, []), fc.array(document, { maxLength: 12 }))
    .map(([story, drawn]) => [...story, ...drawn]),
  cases: fc.array(told, { minLength: CASES_PER_WORLD, maxLength: CASES_PER_WORLD }),
});
