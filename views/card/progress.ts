import type { KnownBlock, TaskCardBlock } from '@slack/types';
import type { Shown } from '../../contracts/shown.ts';
import { context, paragraph, plain, rich } from '../blocks.ts';
import { data, type Line, line, words } from '../line.ts';
import { LIMITS } from '../text.ts';
import { PHASE } from '../words.ts';

type Step = Shown['progress'][number];
type Status = Step['status'];

const MARK: Record<Status, string> = { pending: '○', in_progress: '◐', complete: '●', error: '✕' };
const DETAIL_CHARS = 160;

/** Compressing takes no time worth a line, and approval is one only where a person is asked. */
const shownStep = ({ phase, status }: Step): boolean => phase !== 'compress' && !(phase === 'approval' && status === 'pending');

/** How far the case has come; `classic` where the workspace does not know plan blocks. */
export function progress({ progress: all }: Shown, classic: boolean): KnownBlock[] {
  const steps = all.filter(shownStep).slice(0, LIMITS.planTasks);
  if (steps.length === 0) return [];
  return classic ? [context(...steps.map(stepLine))] : [{ type: 'plan', title: heading(steps), tasks: steps.map(task) }];
}

function heading(steps: readonly Step[]): string {
  const current = steps.find(({ status }) => status === 'in_progress' || status === 'error');
  if (current === undefined) return 'Progress';
  return current.status === 'error' ? `${PHASE[current.phase]} met a problem` : `Now: ${PHASE[current.phase]}`;
}

function task({ phase, status, detail }: Step): TaskCardBlock {
  const [details] = rich(paragraph([data(detail, DETAIL_CHARS)]));
  return {
    type: 'task_card',
    task_id: phase,
    title: plain(PHASE[phase], LIMITS.taskTitle).text,
    status,
    ...(details === undefined ? {} : { details }),
  };
}

const stepLine = ({ phase, status }: Step): Line => line`${words(MARK[status])} ${words(PHASE[phase])}`;
