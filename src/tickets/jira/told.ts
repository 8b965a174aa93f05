import { oneLine } from '../../../views/text.ts';
import { code, paragraph, words } from './adf.ts';
import type { Comment } from './shapes.ts';

const ID_CHARS_MAX = 200;
const idOf = (commentId: string): string => oneLine(commentId).slice(0, ID_CHARS_MAX);

/**
 * The last line of every comment of ours, by which it is found again: it is stored with the comment or not at all, and tells
 * a reader which entry of the case's log is meant.
 */
export const mark = (commentId: string) => paragraph(words('Entry '), code(idOf(commentId)));

/**
 * Whether this is our comment of that id. Only the whole last line in the form that `mark` gives it counts, and only where
 * the account itself has written it: a text inside a comment, and a comment of somebody else, can suppress nothing.
 */
export function isMarked({ author, blocks }: Comment, commentId: string, accountId: string): boolean {
  const [first, second, ...more] = blocks.at(-1)?.content ?? [];
  if (author !== accountId || first === undefined || second === undefined || more.length > 0) return false;
  const isCode = second.marks?.length === 1 && second.marks[0]?.type === 'code';
  return isCode && first.text === 'Entry ' && second.text === idOf(commentId);
}
