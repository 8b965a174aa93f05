import type { DecisionKind, Refusal } from '../../contracts/entry-words.ts';
import { decidedText } from '../../listeners/answers.ts';
import { refusalAnswer } from '../../listeners/attempts.ts';
import type { CaseState } from '../../pipeline/case-state.ts';
import { currentRevision } from '../../pipeline/case-state.ts';
import type { Catalogue } from '../../pipeline/catalogue.ts';
import type { DecisionOutcome } from '../../pipeline/decisions.ts';
import { plainSlackText } from '../../pipeline/intake/slack-text.ts';
import type { Settings } from '../config.ts';
import { LISTED_PEOPLE } from './personal.ts';
import type { Line } from './print.ts';
import { sheet, strong } from './print.ts';

/** What a decision of the command line answers; scripts depend on these names. `digest` is the newest revision's. */
export type DecisionAnswer = {
  case_id: string;
  recorded: boolean;
  refusal: Refusal | null;
  sentence: string;
  state: string | null;
  digest: string | null;
};

type Asked = { kind: DecisionKind; caseId: string; config: Settings['config'] };

/** The sentences are those of every surface, in plain text. */
export async function answerOf(outcome: DecisionOutcome, { kind, caseId, config }: Asked): Promise<DecisionAnswer> {
  const sentence = outcome.ok
    ? decidedText(kind, outcome.state)
    : await refusalAnswer({ people: LISTED_PEOPLE, config }, { kind, caseId }, outcome.refusal, outcome.state);
  return {
    case_id: caseId,
    recorded: outcome.ok,
    refusal: outcome.ok ? null : outcome.refusal,
    sentence: plainSlackText(sentence),
    ...standOf(outcome.state),
  };
}

export const unasked = (state: CaseState): DecisionAnswer => ({
  case_id: state.caseId,
  recorded: false,
  refusal: null,
  sentence: 'Nothing was recorded.',
  ...standOf(state),
});

const standOf = (state: CaseState | null): Pick<DecisionAnswer, 'state' | 'digest'> => ({
  state: state?.status ?? null,
  digest: (state === null ? undefined : currentRevision(state))?.gated?.digest ?? null,
});

const DIGEST_CHARS_SHOWN = 12;

/** What is about to be decided about, from the log alone: no planner's words are among it. */
export function shownBefore(state: CaseState, { actions }: Pick<Catalogue, 'actions'>): Line[] {
  const { incident, caseId, status } = state;
  const now = currentRevision(state);
  const stress = now?.stressed?.stress;
  const action = stress?.action_id ? actions.get(stress.action_id) : undefined;
  const named = now?.planned.plan.proposed_action ?? 'nothing yet';
  const reasons = now?.gated?.gate.reasons ?? [];
  return [
    [strong(caseId), `  ${status}, revision ${now?.revision ?? 1}`],
    ...sheet([
      ['service', `${incident.service}, ${incident.severity}`],
      ['action', action === undefined ? named : `${action.id} on ${action.target} by ${action.executor}`],
      [
        'parameters',
        Object.entries(stress?.parameters ?? {})
          .map(([name, value]) => `${name}=${value}`)
          .join('  ') || '-',
      ],
      ['decision', now?.gated?.gate.decision ?? 'none yet'],
      ['reasons', reasons.join(', ') || '-'],
      ['digest', now?.gated?.digest.slice(0, DIGEST_CHARS_SHOWN) ?? '-'],
    ]),
  ];
}
