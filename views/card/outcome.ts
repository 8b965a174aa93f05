import type { KnownBlock } from '@slack/types';
import type { Shown } from '../../contracts/shown.ts';
import type { CaseStatus } from '../../contracts/words.ts';
import { bullets, paragraph, preformatted, quote, rich, title } from '../blocks.ts';
import { bars, lastTimes } from '../figures.ts';
import { bold, code, data, type Line, line, soon, words } from '../line.ts';
import { pictureBlock } from '../recovery-picture.ts';
import { OUTCOME, RECOVERY } from '../words.ts';

const DETAIL_CHARS = 300;
const CHART_CHARS = 400;
const RUNBOOK_CHARS = 400;

/** What became of the order to the executor. */
export function execution({ execution: order, status }: Shown): KnownBlock[] {
  if (order === null) return [];
  const detail = order.detail === '' ? [] : line` (${data(order.detail, DETAIL_CHARS)})`;
  const lines: Line[] = [
    line`Ordered at ${soon(order.started_at)} under the key ${code(order.key)}`,
    order.outcome === null ? line`No answer yet` : line`Outcome: ${words(OUTCOME[order.outcome])}${detail}`,
    order.effect_at === null ? [] : line`Took effect at ${soon(order.effect_at)}`,
    status === 'outcome_unknown' ? line`The service stays locked until this is settled; look the key up before you decide.` : [],
  ];
  return rich(title('Execution'), bullets(lines));
}

const TOLD: ReadonlySet<CaseStatus> = new Set(['learning', 'resolved', 'not_recovered']);

/** Error rates before and after, side by side: recovery is what telemetry shows, not what an executor says. */
export function recovery({ recovery: check, simulated, status, incident }: Shown, pictures: boolean): KnownBlock[] {
  if (check === null) return [];
  const { picture } = check;
  // In these states the coloured line says it.
  const verdict = TOLD.has(status) ? [] : line`${words(RECOVERY[check.result])} `;
  const heading = title(simulated ? 'Recovery check, error rate (simulated)' : 'Recovery check, error rate');
  const measured = paragraph(check.detail === '' ? verdict : line`${verdict}Measured: ${data(check.detail, DETAIL_CHARS)}`);
  if (picture !== null && pictures)
    return [...rich(heading, measured), pictureBlock(picture, { service: incident.service, ...check })];
  const rates = ratesOf(check);
  return rich(heading, rates.length < 2 ? null : preformatted(bars(rates), CHART_CHARS), measured);
}

function ratesOf({ before, after }: NonNullable<Shown['recovery']>): [string, number][] {
  const usual = after ?? before;
  return [
    ...(before === null ? [] : [['before', before.error_rate] satisfies [string, number]]),
    ...(after === null ? [] : [['after', after.error_rate] satisfies [string, number]]),
    ...(usual === null ? [] : [['usual', usual.baseline] satisfies [string, number]]),
  ];
}

const waits = ({ failures }: NonNullable<Shown['learned']>): Line =>
  failures === 0
    ? line`waits to be accepted`
    : line`waits to be accepted again: it ${bold(`did not help ${lastTimes(failures)}`)}`;

/** The runbook written from a recovered case: it counts for nothing before a person accepts it. */
export function learned({ learned: runbook }: Shown): KnownBlock[] {
  if (runbook === null) return [];
  const state = runbook.decision === null ? waits(runbook) : words(runbook.decision);
  return rich(
    paragraph(line`${bold('Learned runbook ')}${code(runbook.runbook_id)} · ${state}`),
    paragraph([data(runbook.title, 200)]),
    runbook.decision !== null ? null : quote(runbook.text, RUNBOOK_CHARS),
    runbook.text.length > RUNBOOK_CHARS && runbook.decision === null ? paragraph(line`The whole text is in the thread.`) : null,
  );
}
