import type { Entry } from '../../contracts/entry.ts';
import type { Refusal } from '../../contracts/entry-words.ts';
import type { CaseState } from '../../pipeline/case-state.ts';
import type { Cases } from '../../pipeline/cases.ts';
import { problemOf } from '../../pipeline/errors.ts';
import { forgetOldest } from '../../pipeline/forget-oldest.ts';
import type { CaseLog, Chat } from '../../pipeline/ports.ts';
import { redact } from '../../pipeline/redaction.ts';
import { type PlannerFor, plannerBehind } from '../../pipeline/steps/planner-turn.ts';
import { ask } from '../../pipeline/steps/step.ts';
import { explanationNote } from '../../views/explanation-note.ts';
import type { Log } from '../log.ts';
import { PLAYBOOK } from './playbook.ts';
import { RECORDED } from './recorded.ts';

type Parts = {
  log: Pick<CaseLog, 'onAppend'>;
  cases: Pick<Cases, 'load'>;
  chat: Pick<Chat, 'post'>;
  plannerFor: PlannerFor;
  timeoutMs: number;
  logger: Pick<Log, 'warn'>;
};

/** An approval that a rule refused: the plan is what it is about, so its planner can say something to it. */
const EXPLAINED: ReadonlySet<Refusal> = new Set(['needs_override', 'nothing_passes']);
/** They have no words of their own beside the rule's text, which the person has read already. */
const WITHOUT_WORDS: ReadonlySet<string> = new Set([PLAYBOOK, RECORDED]);
const AT_ONCE_MAX = 4;
const REMEMBERED_MAX = 2_000;

/**
 * Has a refused approval explained by the planner of the plan, in the thread, after the rule's text was given. A
 * convenience for readers: it holds up nothing, decides nothing, happens once for each refusal of a revision, and is lost
 * with the process. Gives the way to stop.
 */
export function explainRefusals({ log, cases, chat, plannerFor, timeoutMs, logger }: Parts): () => void {
  const explained = new Set<string>();
  let underWay = 0;
  let isStopped = false;

  const explain = async (caseId: string, revision: number, refusal: Refusal): Promise<void> => {
    const state = await cases.load(caseId);
    const asked = state === undefined ? null : explainable(state, revision, plannerFor);
    if (state === undefined || asked === null) return;
    const { planner, plan, card } = asked;
    const answer = await ask(timeoutMs, (signal) => planner.explain({ incident: state.incident, plan, refusal }, signal));
    if (!answer.ok) return logger.warn('a refusal could not be explained', { case_id: caseId, problem: answer.problem });
    const text = redact(String(answer.value.text)).trim();
    if (text === '' || isStopped) return;
    const name = `explanation-${refusal}`;
    const note = explanationNote({ text, planner: answer.value.planner, name });
    const sinceMs = Date.parse(state.openedAt);
    await chat.post({
      ...note,
      channel: card.channel,
      threadTs: card.ts,
      caseId,
      revision,
      key: name,
      lookFirst: false,
      sinceMs,
    });
  };

  const unwatch = log.onAppend(({ case_id: caseId, body }: Entry) => {
    if (body.kind !== 'refused' || body.attempted !== 'approve' || !EXPLAINED.has(body.refusal)) return;
    const key = `${caseId}:${body.revision}:${body.refusal}`;
    // Whoever keeps clicking does not make a model speak again and again.
    if (explained.has(key) || underWay >= AT_ONCE_MAX) return;
    explained.add(key);
    forgetOldest(explained, REMEMBERED_MAX);
    underWay += 1;
    explain(caseId, body.revision, body.refusal)
      .catch((fault: unknown) => logger.warn('an explanation could not be told', { case_id: caseId, problem: problemOf(fault) }))
      .finally(() => {
        underWay -= 1;
      });
  });

  return () => {
    isStopped = true;
    unwatch();
  };
}

/** Null where no planner with words of its own made the plan, or where there is no card to say it under. */
function explainable(state: CaseState, revision: number, plannerFor: PlannerFor) {
  const planned = state.revisions.find((one) => one.revision === revision)?.planned;
  const card = state.cards[revision];
  if (planned === undefined || card === undefined || planned.chosen_by !== null || WITHOUT_WORDS.has(planned.planner))
    return null;
  const planner = plannerBehind(plannerFor, state.incident.service, planned.planner);
  return planner.name === planned.planner ? { planner, plan: planned.plan, card } : null;
}
