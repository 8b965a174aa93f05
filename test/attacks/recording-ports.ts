import type { Chat, Executor, Reply, Telemetry, Tickets } from '../../pipeline/ports.ts';
import { figures } from '../fixtures/builders.ts';
import type { ArenaOptions, Effect, Told } from './arena.ts';
import { TEAM } from './team.ts';

/** Words of somebody outside, for all services or for one. */
export type Said = string | ((service: string) => string | undefined);
const saidOf = (said: Said | undefined, service: string): string | undefined =>
  typeof said === 'function' ? said(service) : said;

/** A service fails until its right action has run. */
export function worldOf(
  effects: readonly Effect[],
  { right = () => '', lines = new Map(), figuresPath }: ArenaOptions,
): Telemetry {
  return {
    async figures(service) {
      const path = saidOf(figuresPath, service);
      const top_errors = path === undefined ? [] : [{ status: 500, path, count: 1 }];
      const cured = effects.some((effect) => effect.service === service && effect.actionId === right(service));
      return cured ? figures({ errors: 4, error_rate: 0.004, top_errors }) : figures({ top_errors });
    },
    services: async () => [],
    async logLine(id) {
      const text = lines.get(id);
      const service = id.split(':')[1] ?? '';
      return text === undefined
        ? null
        : { id, service, at: '2026-01-01T00:00:00Z', status: 503, path: '/', text: text.slice(0, 10_000) };
    },
  };
}

export function recordingExecutor(effects: Effect[], { executorDetail }: ArenaOptions): Executor {
  const answers = new Map<string, Effect>();
  const answerTo = ({ at, service }: Effect) => ({
    outcome: 'done' as const,
    detail: saidOf(executorDetail, service) ?? 'done',
    effectAt: at,
  });
  return {
    name: 'sandbox',
    declares: () => ({ refusesLate: true, idempotentByKey: true }),
    async run(order) {
      const known = answers.get(order.key);
      if (known !== undefined) return answerTo(known);
      const effect = { ...order, at: new Date().toISOString() };
      answers.set(order.key, effect);
      effects.push(effect);
      return answerTo(effect);
    },
    async status(key) {
      const known = answers.get(key);
      return known === undefined ? { seen: false } : { seen: true, ...answerTo(known) };
    },
  };
}

export function recordingChat(told: Told[], replies: ReadonlyMap<string, Reply[]>): Chat {
  const sinceMs = Date.now();
  let posts = 0;
  return {
    async post({ channel, threadTs, text, blocks }) {
      posts += 1;
      told.push({ method: 'post', body: { channel, threadTs, text, blocks } });
      return { channel, ts: `${1_700_000_000 + posts}.000100` };
    },
    keepFirst: async ({ channel, ts }) => ({ channel, ts }),
    takeBack: async (body) => void told.push({ method: 'delete', body }),
    update: async (body) => void told.push({ method: 'update', body }),
    tell: async (body) => void told.push({ method: 'tell', body }),
    replies: async (_channel, threadTs) => replies.get(threadTs) ?? [],
    person: async (id) => ({ id, teamId: TEAM, isBot: false, deleted: false, name: id }),
    groupMembers: async () => [],
    connection: () => ({ connected: true, sinceMs, epoch: 1 }),
  };
}

export function recordingTickets(told: Told[], { ticketKey }: ArenaOptions): Tickets {
  let tickets = 0;
  return {
    async open(body) {
      tickets += 1;
      told.push({ method: 'ticket', body });
      const key = saidOf(ticketKey, body.service) ?? `T-${tickets}`;
      return { key, url: `https://tickets.example/${key}` };
    },
    comment: async (key, commentId, text) => void told.push({ method: 'comment', body: { key, commentId, text } }),
    close: async (key) => void told.push({ method: 'close', body: { key } }),
  };
}
