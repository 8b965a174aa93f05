import type { Entry } from '../../../contracts/entry.ts';
import type { DecisionKind, RecoveryResult } from '../../../contracts/entry-words.ts';
import type { CaseState } from '../../../pipeline/case-state.ts';
import { currentCard, currentNumber, currentRevision } from '../../../pipeline/case-state.ts';
import { type By, decide, openCase, stateOf } from '../../fixtures/acts.ts';
import type { Stage } from '../../fixtures/app.ts';
import type { Acted } from '../../fixtures/control-client.ts';
import type { seeded } from '../../fixtures/wait.ts';
import { checksOf, startsOf } from './entries.ts';
import type { Spec } from './specs.ts';
import type { Truth } from './truth.ts';

type Random = ReturnType<typeof seeded>;

/**
 * A case that was played: what ran, one after the other, and what its recovery checks have to find, one after the other.
 * There is one check, unless telemetry gave no answer at first.
 */
export type Played = {
  spec: Spec;
  caseId: string;
  ran: readonly string[];
  checks: readonly (readonly RecoveryResult[])[];
  offersRollback: boolean;
  /** What a rollback brings back is no remedy: only the remedy's own recovery teaches a runbook. */
  teaches: boolean;
};

const RESULTS: Record<Truth, readonly RecoveryResult[]> = {
  recovered: ['recovered'],
  'not recovered': ['not_recovered'],
  worse: ['worse'],
  'hidden by the average': ['not_recovered', 'worse'],
  silent: ['no_data'],
  'silent in the end': ['no_data'],
  unclear: [],
};
/** Whatever the world shows: while telemetry fails, nobody can know it. */
export const wantedOf = ({ truth, fault }: Pick<Spec, 'truth' | 'fault'>): Played['checks'] =>
  fault === null ? [RESULTS[truth]] : [['no_data']];

const EVERY_MS = 40;
const AGAIN_MS = 1_000;
const LIMIT_MS = 120_000;
/** An override by button opens a form first, which is another test's subject. */
const SURFACES: Record<Consent, readonly By[]> = {
  approve: ['button', 'command', 'reply'],
  override: ['command', 'reply'],
};

/** Somebody reports the incident, somebody consents where that is needed, and the remedy runs. */
export async function begin(stage: Stage, spec: Spec, random: Random): Promise<Played> {
  const { service, severity, remedy } = spec;
  await failFromEffect(stage, spec);
  const caseId = await openCase(stage, { service, severity, summary: remedy.summary });
  await untilRan(stage, caseId, 1, random);
  return {
    spec,
    caseId,
    ran: [remedy.action],
    checks: wantedOf(spec),
    offersRollback: remedy.rollback !== null,
    teaches: true,
  };
}

export async function failFromEffect({ control }: Stage, { service, fault }: Spec): Promise<void> {
  if (fault === null) return;
  await control.fault({ target: 'telemetry', service, begins: 'with_effect', kind: fault.kind, for_ms: fault.forMs });
}

/**
 * The lead consents to whatever revision asks for it, in the way its decision asks for, and again where Slack says that it
 * failed; until so many actions of the case have run.
 */
export async function untilRan(stage: Stage, caseId: string, times: number, random: Random): Promise<void> {
  let last = { revision: 0, ms: 0 };
  await waitOn(stage, caseId, `${times} actions to run`, async () => {
    if (startsOf(stage.log.entriesOf(caseId)).length >= times) return true;
    const state = stateOf(stage, caseId);
    const kind = consentTo(state);
    const revision = currentNumber(state);
    if (kind === null || (revision === last.revision && Date.now() - last.ms < AGAIN_MS)) return false;
    last = { revision, ms: Date.now() };
    await decide(stage, state, kind, 'lead', random.of(SURFACES[kind])).catch((): Acted => ({ ok: false }));
    return false;
  });
}

type Consent = Extract<DecisionKind, 'approve' | 'override'>;

/** What the newest revision waits for; null where that is nobody's consent. */
function consentTo(state: CaseState): Consent | null {
  const now = currentRevision(state);
  const isAsked = state.status === 'pending_approval' && now?.voided === null && currentCard(state)?.decisionShown != null;
  if (!isAsked || !now.gated) return null;
  return now.gated.gate.reasons.includes('critical_severity') ? 'override' : 'approve';
}

/** Waits, and shows the case where that is in vain: among a thousand the usual report has no place for it. */
export async function waitOn(
  stage: Stage,
  caseId: string,
  what: string,
  look: () => boolean | Promise<boolean>,
  everyMs = EVERY_MS,
): Promise<void> {
  const told = ({ at, body }: Entry): string => `${at} ${JSON.stringify(body).slice(0, 200)}`;
  await stage.until(what, look, { limitMs: LIMIT_MS, everyMs }).catch((cause: unknown) => {
    const entries = stage.log.entriesOf(caseId).map(told).join('\n');
    throw new Error(`${caseId} waited in vain: ${what}\n${entries}`, { cause });
  });
}

/** All recovery checks of what ran last have been made, and the case rests. */
export async function untilEnded(stage: Stage, { caseId, ran, checks }: Played): Promise<void> {
  const isChecked = (): boolean => {
    const { status } = stateOf(stage, caseId);
    const made = checksOf(stage.log.entriesOf(caseId), ran.length);
    return made.length >= checks.length && (status === 'resolved' || status === 'not_recovered');
  };
  // Telemetry that fails is waited for long, by many: they need not look so often.
  const everyMs = checks[0]?.includes('no_data') ? EVERY_MS * 5 : EVERY_MS;
  await waitOn(stage, caseId, `the recovery check after ${ran.length} actions`, isChecked, everyMs);
}
