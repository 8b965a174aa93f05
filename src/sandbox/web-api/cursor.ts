import { z } from 'zod';
import { type ApiAnswer, Count, refuse } from './method.ts';

export const PageArguments = { cursor: z.string().optional(), limit: Count.optional() };
const LIMIT_MAX = 1000;

type PageRequest = { cursor?: string | undefined; limit?: number | undefined };

/** Cursors name a position; they are encoded as Slack's are, so nobody takes them for numbers. */
export function page<Item>(
  items: readonly Item[],
  { cursor, limit }: PageRequest,
  limitDefault: number,
): { ok: true; items: Item[]; more: boolean; next_cursor: string } | { ok: false; refusal: ApiAnswer } {
  const from = positionOf(cursor);
  if (from === undefined) return { ok: false, refusal: refuse('invalid_cursor') };
  const end = from + Math.min(limit ?? limitDefault, LIMIT_MAX);
  const more = end < items.length;
  return {
    ok: true,
    items: items.slice(from, end),
    more,
    next_cursor: more ? Buffer.from(`next:${end}`).toString('base64') : '',
  };
}

function positionOf(cursor: string | undefined): number | undefined {
  if (cursor === undefined || cursor === '') return 0;
  const position = /^next:(\d+)$/.exec(Buffer.from(cursor, 'base64').toString('utf8'))?.[1];
  return position === undefined ? undefined : Number(position);
}
