import type { KnownBlock, RichTextBlock } from '@slack/types';
import { bullets, leftOut, rich, title } from './blocks.ts';
import type { Line } from './line.ts';
import { LIMITS } from './text.ts';

/** A piece of a message. `keep` marks what a decision rests on: it is never left out; the rest gives way to it. */
export type Part = { name: string; blocks: readonly KnownBlock[]; keep: boolean };

const UNCOUNTED: ReadonlySet<string> = new Set(['type', 'style', 'value', 'action_id', 'block_id', 'task_id', 'format', 'level']);

/** Characters of a message as Slack seems to count them: every text in it, wherever it stands; what buttons carry is none. */
export function charsOf(value: unknown): number {
  if (typeof value === 'string') return value.length;
  if (typeof value !== 'object' || value === null) return 0;
  if (Array.isArray(value)) return value.reduce((sum: number, item) => sum + charsOf(item), 0);
  let sum = 0;
  for (const key of Object.keys(value)) sum += UNCOUNTED.has(key) ? 0 : charsOf(Reflect.get(value, key));
  return sum;
}

type Size = { blocks: number; chars: number };
/** Room for the line that says what was left out. */
const RESERVE: Size = { blocks: 1, chars: 300 };

const sizeOf = (blocks: readonly KnownBlock[]): Size => ({ blocks: blocks.length, chars: charsOf(blocks) });
const sum = (a: Size, b: Size): Size => ({ blocks: a.blocks + b.blocks, chars: a.chars + b.chars });
const fits = (size: Size): boolean => size.blocks <= LIMITS.messageBlocks && size.chars <= LIMITS.messageChars;

/**
 * The parts in their order, within one message: first everything to keep, then the others as long as there is room.
 * What had to give way is named in a last line, because nothing may vanish unseen.
 */
export function fitted(parts: readonly Part[]): Part[] {
  const present = parts.filter((part) => part.blocks.length > 0);
  let used = present.filter((part) => part.keep).reduce((size, part) => sum(size, sizeOf(part.blocks)), RESERVE);
  const dropped = new Set<Part>();
  for (const part of present.filter((candidate) => !candidate.keep)) {
    const wanted = sum(used, sizeOf(part.blocks));
    if (fits(wanted)) used = wanted;
    else dropped.add(part);
  }
  if (dropped.size === 0) return present;
  const names = [...dropped].map((part) => part.name);
  return [...present.filter((part) => !dropped.has(part)), { name: 'more', blocks: [leftOut(names)], keep: true }];
}

/** The blocks of the parts with ids that are new on each update of a message, as Slack demands. */
export function laidOut(parts: readonly Part[], showsSeq: number): KnownBlock[] {
  return parts.flatMap(({ name, blocks }) =>
    blocks.map((block, index) => ({ ...block, block_id: `v${showsSeq}-${name.replaceAll(' ', '-')}-${index}` })),
  );
}

/** Blocks of any number and length as messages that each stay within Slack's limits; no single block may exceed one. */
export function inMessages(blocks: readonly KnownBlock[]): KnownBlock[][] {
  const messages: KnownBlock[][] = [];
  let size: Size = { blocks: 0, chars: 0 };
  for (const block of blocks) {
    const wanted = sum(size, sizeOf([block]));
    const current = messages.at(-1);
    if (current !== undefined && fits(wanted)) current.push(block);
    else messages.push([block]);
    size = current !== undefined && fits(wanted) ? wanted : sizeOf([block]);
  }
  return messages;
}

const LIST_ITEMS_MAX = 20;
const LIST_CHARS_MAX = 4_000;
const LINES_CHARS_MAX = 8_000;

/** A heading and its items as lists that each stay far below a message; an item by itself must do so too. */
export function listed(heading: string, items: readonly Line[]): RichTextBlock[] {
  const groups: Line[][] = [];
  let size = 0;
  for (const item of items) {
    const group = groups.at(-1);
    const chars = charsOf(item);
    const room = group !== undefined && group.length < LIST_ITEMS_MAX && size + chars <= LIST_CHARS_MAX;
    if (room) group.push(item);
    else groups.push([item]);
    size = room ? size + chars : chars;
  }
  return groups.flatMap((group, index) => rich(index === 0 ? title(heading) : null, bullets(group)));
}

/** The first of them that fit, so that what is left can be counted. */
export function thatFit(items: readonly Line[], max: number): Line[] {
  let chars = 0;
  const end = items.slice(0, max).findIndex((item) => {
    chars += charsOf(item);
    return chars > LINES_CHARS_MAX;
  });
  return items.slice(0, end === -1 ? max : end);
}
