import { problemOf } from '../../pipeline/errors.ts';
import type { CaseLog, Chat, Clock } from '../../pipeline/ports.ts';
import { type DailySummary, dailySummary } from '../../views/daily-summary.ts';
import type { SummaryTold } from '../outputs/workflow-lines.ts';
import type { Contacts } from './contacts.ts';

type Parts = {
  log: Pick<CaseLog, 'lease'>;
  chat: Pick<Chat, 'post'>;
  contacts: Contacts;
  clock: Clock;
  /** A person as configured, or a channel's id. */
  to: string;
  /** Names this process among its replicas. */
  holder: string;
  hosts: readonly string[];
  look: (nowMs: number) => Promise<DailySummary>;
  hide: (text: string) => string;
  /** What came of it, for workflow_events.jsonl. */
  onTold: (told: SummaryTold) => Promise<void>;
};

/** One process of several tells the summary: whoever has this lease, which outlasts any difference of their clocks. */
const LEASE = '~summary';
const LEASE_MS = 600_000;
const CHANNEL_ID = /^[CG][A-Z0-9]{6,}$/;

/** The tick of the daily summary. It throws where the summary did not reach anybody, so that whoever ticks says so. */
export function createDailySummary({ log, chat, contacts, clock, to, holder, hosts, look, hide, onTold }: Parts) {
  const send = async (nowMs: number): Promise<string> => {
    const message = dailySummary(await look(nowMs), hosts);
    const channel = CHANNEL_ID.test(to) ? to : await contacts.idOf(to);
    const mark = { threadTs: null, caseId: LEASE, revision: 1, key: `summary:${new Date(nowMs).toISOString().slice(0, 10)}` };
    await chat.post({ channel, ...mark, ...message, lookFirst: false, sinceMs: nowMs });
    return channel;
  };

  return async (): Promise<void> => {
    const nowMs = clock.now();
    if (!(await log.lease(LEASE, holder, LEASE_MS))) return;
    const at = new Date(nowMs).toISOString();
    try {
      const target = await send(nowMs);
      await onTold({ at, target, outcome: 'sent', detail: '' });
    } catch (fault) {
      await onTold({ at, target: to, outcome: 'failed', detail: hide(problemOf(fault)) });
      throw fault;
    }
  };
}
