import type { BodyOf } from '../../contracts/entry.ts';
import { problemOf } from '../../pipeline/errors.ts';
import type { CaseLog, Chat, Clock } from '../../pipeline/ports.ts';
import { type DailySummary, dailySummary } from '../../views/daily-summary.ts';
import { ChatFault } from '../chat/slack-fault.ts';
import type { SummaryTold } from '../outputs/workflow-lines.ts';
import type { Contacts } from './contacts.ts';
import { summaryRecord } from './summary-record.ts';
import { LATE_MS, summarySlots } from './summary-slots.ts';
import { isRefusal } from './teller.ts';
import { wallClock } from './wall-clock.ts';

type Parts = {
  log: Pick<CaseLog, 'lease' | 'unlease' | 'read' | 'append'>;
  chat: Pick<Chat, 'post'>;
  contacts: Contacts;
  clock: Clock;
  /** When it is told: five fields, read off the clock of `zone`, which is this machine's where it is null. */
  cron: string;
  zone: string | null;
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

/** One process of several tells the summary: whoever has this lease. It ends with a process that was killed. */
const LEASE = '~summary';
const LEASE_MS = 120_000;
const CHANNEL_ID = /^[CG][A-Z0-9]{6,}$/;
const DETAIL_CHARS = 500;
/** From one try to the next, by how often it has failed: a minute at first, half an hour at most. */
const WAITS_MS = [1, 1, 2, 4, 8, 15, 30].map((minutes) => minutes * 60_000);

type Outcome = BodyOf<'summary_told'>['outcome'];

/**
 * The summary's look at the clock, once a minute: it tells what is due and has not been told, so that a restart, a busy
 * machine or a Slack that is away neither drops it nor tells it twice. It throws where the summary did not reach anybody.
 */
export function createDailySummary(parts: Parts): () => Promise<void> {
  const { log, clock, cron, zone, to, holder, hide, onTold } = parts;
  const wall = wallClock(zone);
  const record = summaryRecord({ log, clock, wall, zone: zone ?? '' });
  const note = (slot: string, outcome: Outcome, target: string, detail = ''): Promise<boolean> =>
    record.write({ kind: 'summary_told', slot, zone: zone ?? '', to: target, outcome, detail });
  const slots = summarySlots({ cron, clock, wall, record, begin: (slot) => note(slot, 'begun', to) });
  const tried = { slot: '', faults: 0, nextMs: 0, reached: '' };

  const reach = async (slot: string): Promise<void> => {
    // Told while the store took no entry: the next try must not tell it again.
    if (tried.reached === '') tried.reached = await send(parts, slot);
    await note(slot, 'sent', tried.reached);
    await onTold({ at: new Date(clock.now()).toISOString(), target: tried.reached, outcome: 'sent', detail: '' });
  };

  const missed = async (slot: string, fault: unknown): Promise<void> => {
    const detail = hide(problemOf(fault)).slice(0, DETAIL_CHARS);
    if (isRefusal(fault)) await note(slot, 'failed', to, detail);
    // One line a summary, however often it is tried.
    if (tried.faults === 0) await onTold({ at: new Date(clock.now()).toISOString(), target: to, outcome: 'failed', detail });
    tried.nextMs = clock.now() + (WAITS_MS[Math.min(tried.faults, WAITS_MS.length - 1)] ?? 0);
    tried.faults += 1;
  };

  const tell = async (slot: string): Promise<void> => {
    if (tried.slot !== slot) Object.assign(tried, { slot, faults: 0, nextMs: 0, reached: '' });
    if (tried.nextMs > clock.now()) return;
    try {
      await reach(slot);
    } catch (fault) {
      await missed(slot, fault);
      throw fault;
    }
  };

  return async () => {
    if ((await slots.due()) === null || !(await log.lease(LEASE, holder, LEASE_MS))) return;
    try {
      // Another process may have told it before this one had the lease.
      const slot = await slots.due();
      if (slot !== null) await tell(slot);
    } finally {
      await log.unlease(LEASE, holder);
    }
  };
}

/** Where it went. */
async function send({ chat, contacts, clock, to, hosts, look }: Parts, slot: string): Promise<string> {
  const nowMs = clock.now();
  const message = dailySummary(await look(nowMs), hosts);
  const isChannel = CHANNEL_ID.test(to);
  const channel = isChannel ? to : await contacts.idOf(to);
  const mark = { threadTs: null, caseId: LEASE, revision: 1, key: `summary:${slot}` };
  const post = (lookFirst: boolean) => chat.post({ channel, ...mark, ...message, lookFirst, sinceMs: nowMs - LATE_MS });
  try {
    // A process that was killed may have told it, and been ended before it could say so. Only a channel can be looked through.
    await post(isChannel);
  } catch (fault) {
    const maybeUnreadable = isChannel && fault instanceof ChatFault && fault.code !== 'slack_unreachable';
    if (!maybeUnreadable) throw fault;
    await post(false);
  }
  return channel;
}
