import type { WebClient } from '@slack/web-api';
import { z } from 'zod';
import type { Clock } from '../../pipeline/ports.ts';
import { again, type Patience } from '../outward/again.ts';
import { ChatFault, chatFault, unreachable } from './slack-fault.ts';

export type Arguments = Readonly<Record<string, unknown>>;

export type SlackCalls = {
  /** One request, one answer; every failure is a ChatFault. */
  once<T>(method: string, args: Arguments, shape: z.ZodType<T>): Promise<T>;
  /** For what changes nothing, or sets what it set before: asked again, a few times, when an answer is lost. */
  repeatable<T>(method: string, args: Arguments, shape: z.ZodType<T>): Promise<T>;
  /** Every item of a paged list. Throws `search_unfinished` rather than answer with a part. */
  pages<T>(method: string, args: Arguments, shape: z.ZodType<Page<T>>, stop?: (item: T) => boolean): Promise<T[]>;
};
export type Page<T> = { items: T[]; next: string };

const PATIENCE: Patience = { delaysMs: [200, 800], deadlineMs: 8_000 };
const PAGE_ITEMS = 200;
const PAGES_MAX = 50;

export function createSlackCalls({ client, clock }: { client: WebClient; clock: Clock }): SlackCalls {
  const once = async <T>(method: string, args: Arguments, shape: z.ZodType<T>): Promise<T> => {
    const answer = await client.apiCall(method, { ...args }).catch((fault: unknown) => {
      throw chatFault(method, fault);
    });
    const parsed = shape.safeParse(answer);
    if (parsed.success) return parsed.data;
    throw unreachable(method, `the answer is not what was agreed: ${z.prettifyError(parsed.error)}`, parsed.error);
  };
  const isLost = (fault: unknown): boolean => fault instanceof ChatFault && fault.code === 'slack_unreachable';
  const repeatable = <T>(method: string, args: Arguments, shape: z.ZodType<T>): Promise<T> =>
    again({ clock, patience: PATIENCE, isWorthIt: isLost, attempt: () => once(method, args, shape) });

  return {
    once,
    repeatable,
    async pages<T>(method: string, args: Arguments, shape: z.ZodType<Page<T>>, stop: (item: T) => boolean = () => false) {
      const items: T[] = [];
      let cursor = '';
      for (let page = 0; page < PAGES_MAX; page += 1) {
        const answer: Page<T> = await repeatable(
          method,
          { ...args, limit: PAGE_ITEMS, ...(cursor === '' ? {} : { cursor }) },
          shape,
        );
        items.push(...answer.items);
        if (answer.next === '' || answer.items.some(stop)) return items;
        cursor = answer.next;
      }
      throw new ChatFault('search_unfinished', `Slack's answer to ${method} has more than ${PAGES_MAX} pages`);
    },
  };
}

const Cursor = z.object({ next_cursor: z.string().default('') }).default({ next_cursor: '' });

/** A page of items under `field`, with the cursor of the next one; an empty cursor is the end. */
export function pageOf<Item extends z.ZodType>(field: string, item: Item): z.ZodType<Page<z.infer<Item>>> {
  const Items = z.array(item);
  const Answer = z.looseObject({ response_metadata: Cursor });
  return Answer.transform((answer, context) => {
    const items = Items.safeParse(answer[field]);
    if (items.success) return { items: items.data, next: answer.response_metadata.next_cursor };
    context.addIssue({ code: 'custom', message: `\`${field}\` is malformed: ${z.prettifyError(items.error)}` });
    return z.NEVER;
  });
}
