import { isRecord } from '../workspace/elements.ts';
import { messageBlock } from './blocks.ts';
import { type Problem, problem } from './problem.ts';
import { list } from './rules.ts';
import { duplicateIds } from './uniqueness.ts';

const BLOCKS_MAX = 50;
const MARKDOWN_TOTAL_MAX = 12_000;
/** Not documented by Slack; seen between 11,300 and 13,300 characters of block text together. */
const MESSAGE_CHARACTERS_MAX = 13_000;

const blocksRule = list(messageBlock, BLOCKS_MAX, 0);

/** Everything that is wrong with a message's blocks; the limits of the whole message come last. */
export function messageProblems(blocks: unknown): Problem[] {
  const problems = blocksRule(blocks, '/blocks');
  if (problems.length > 0 || !Array.isArray(blocks)) return problems;
  return [...duplicateIds(blocks), ...tables(blocks), ...markdownTotal(blocks), ...characters(blocks)];
}

function tables(blocks: readonly unknown[]): Problem[] {
  const found = blocks.flatMap((block, index) => (isRecord(block) && block.type === 'table' ? [index] : []));
  return found.slice(1).map((index) => problem('only_one_table_allowed', 'only_one_table_allowed', `/blocks/${index}`, 1));
}

function markdownTotal(blocks: readonly unknown[]): Problem[] {
  const total = blocks.reduce<number>(
    (sum, block) => sum + (isRecord(block) && block.type === 'markdown' ? String(block.text).length : 0),
    0,
  );
  if (total <= MARKDOWN_TOTAL_MAX) return [];
  return [
    problem(
      'too_long',
      `all markdown blocks together must be less than ${MARKDOWN_TOTAL_MAX + 1} characters`,
      '/blocks',
      MARKDOWN_TOTAL_MAX,
    ),
  ];
}

function characters(blocks: readonly unknown[]): Problem[] {
  const total = textLength(blocks);
  if (total <= MESSAGE_CHARACTERS_MAX) return [];
  return [
    problem('msg_blocks_too_long', `the blocks together have ${total} characters of text`, '/blocks', MESSAGE_CHARACTERS_MAX),
  ];
}

/** Characters that a reader sees; ids and values of buttons do not count. */
function textLength(node: unknown): number {
  if (Array.isArray(node)) return node.reduce<number>((sum, one) => sum + textLength(one), 0);
  if (!isRecord(node)) return 0;
  return Object.entries(node).reduce(
    (sum, [name, value]) => sum + (isShownText(name, value) ? String(value).length : textLength(value)),
    0,
  );
}

function isShownText(name: string, value: unknown): boolean {
  return typeof value === 'string' && (name === 'text' || name === 'title');
}
