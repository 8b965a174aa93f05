import { isElement, isRecord } from '../workspace/elements.ts';
import { type Problem, problem } from './problem.ts';

/** Ids that stand twice: a block_id in one payload, an action_id in one block. Several blocks may share an action_id. */
export function duplicateIds(blocks: readonly unknown[]): Problem[] {
  const blockIds = blocks.map((block, index) => ({
    id: isRecord(block) ? block.block_id : undefined,
    at: `/blocks/${index}/block_id`,
  }));
  const actionIds = blocks.flatMap((block, index) => repeated(actionIdsIn(block, `/blocks/${index}`), 'action_id'));
  return [...repeated(blockIds, 'block_id'), ...actionIds];
}

type Named = { id: unknown; at: string };

function actionIdsIn(node: unknown, at: string): Named[] {
  if (Array.isArray(node)) return node.flatMap((one: unknown, index) => actionIdsIn(one, `${at}/${index}`));
  if (!isRecord(node)) return [];
  if (isElement(node)) return [{ id: node.action_id, at: `${at}/action_id` }];
  return Object.entries(node).flatMap(([name, value]) => actionIdsIn(value, `${at}/${name}`));
}

function repeated(named: readonly Named[], field: string): Problem[] {
  const seen = new Set<unknown>();
  return named.flatMap(({ id, at }) => {
    if (typeof id !== 'string' || !seen.has(id)) {
      seen.add(id);
      return [];
    }
    return [problem('duplicate', `\`${field}\` ${id} already exists`, at)];
  });
}
