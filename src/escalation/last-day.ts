import type { CaseStatus } from '../../contracts/words.ts';
import type { CaseState } from '../../pipeline/case-state.ts';
import { currentCard } from '../../pipeline/case-state.ts';
import type { Cases } from '../../pipeline/cases.ts';
import type { CaseLog } from '../../pipeline/ports.ts';
import type { DailySummary, SummaryCase } from '../../views/daily-summary.ts';

const DAY_MS = 86_400_000;
const PAGE = 200;
/** Cases read for one summary; a day with more of them is told as far as they go. */
const CASES_MAX = 20_000;
const LISTED_MAX = 15;

type Parts = {
  log: Pick<CaseLog, 'list' | 'openCases'>;
  cases: Pick<Cases, 'load'>;
  cardUrl: (channel: string, ts: string) => string | null;
};

/** The cases of the day until `nowMs`, and every open one: what was left standing is told again each day. */
export async function lastDay({ log, cases, cardUrl }: Parts, nowMs: number, paused: boolean): Promise<DailySummary> {
  const fromMs = nowMs - DAY_MS;
  const opened = await openedSince(log, cases, fromMs);
  const known = new Map(opened.map((state) => [state.caseId, state]));
  for (const caseId of await log.openCases()) {
    const state = known.get(caseId) ?? (await cases.load(caseId));
    if (state !== undefined) known.set(caseId, state);
  }
  const all = [...known.values()];
  const waiting = all.flatMap((state) => waitingOf(state, cardUrl)).sort((a, b) => (a.since < b.since ? -1 : 1));
  return {
    from: new Date(fromMs).toISOString(),
    to: new Date(nowMs).toISOString(),
    opened: opened.length,
    states: countsOf(opened),
    executions: all.filter(({ execution }) => execution !== null && Date.parse(execution.startedAt) >= fromMs).length,
    refused_attempts: opened.reduce((sum, { refusedAttempts }) => sum + refusedAttempts, 0),
    waiting: waiting.slice(0, LISTED_MAX),
    waiting_more: Math.max(0, waiting.length - LISTED_MAX),
    unreached: [...new Set(all.flatMap((state) => unreachedOf(state, fromMs)))],
    paused,
  };
}

/** Ids are sorted by time, so that the first older one ends the day. */
async function openedSince(log: Parts['log'], cases: Parts['cases'], fromMs: number): Promise<CaseState[]> {
  const found: CaseState[] = [];
  for await (const caseId of newestFirst(log)) {
    const state = await cases.load(caseId);
    const isOlder = state !== undefined && Date.parse(state.openedAt) < fromMs;
    if (isOlder || found.length >= CASES_MAX) return found;
    if (state !== undefined) found.push(state);
  }
  return found;
}

async function* newestFirst(log: Pick<CaseLog, 'list'>): AsyncGenerator<string> {
  for (let before: string | undefined, more = true; more; ) {
    const heads = await log.list(PAGE, before);
    for (const { case_id } of heads) yield case_id;
    before = heads.at(-1)?.case_id;
    more = heads.length === PAGE;
  }
}

function countsOf(states: readonly CaseState[]): Partial<Record<CaseStatus, number>> {
  const counts: Partial<Record<CaseStatus, number>> = {};
  for (const { status } of states) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

function waitingOf(state: CaseState, cardUrl: Parts['cardUrl']): SummaryCase[] {
  const { caseId, incident, status, need, held, lastAt } = state;
  if (need === null && !held) return [];
  const card = currentCard(state);
  return [
    {
      case_id: caseId,
      service: incident.service,
      status,
      summary: incident.summary,
      since: need?.since ?? state.lastAct?.at ?? lastAt,
      card_url: card === undefined ? null : cardUrl(card.channel, card.ts),
    },
  ];
}

const unreachedOf = ({ escalations }: CaseState, fromMs: number): string[] =>
  Object.values(escalations).flatMap(({ outcome, at, to }) => (outcome === 'failed' && Date.parse(at) >= fromMs ? [to] : []));
