import { newBlockId } from '../ids.ts';
import type { Block } from '../store/messages.ts';
import { isElement } from './elements.ts';

/** Slack names the blocks and elements that came without a name; interactions refer to them by it. */
export function withIds(block: Block): Block {
  const named = block.block_id === undefined || block.block_id === '' ? { ...block, block_id: newBlockId() } : block;
  return { ...named, ...withActionIds(named) };
}

function withActionIds(node: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(node).map(([name, value]) => [name, deep(value)]));
}

function deep(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(deep);
  if (typeof value !== 'object' || value === null) return value;
  const inner = withActionIds({ ...value });
  return isElement(inner) && inner.action_id === undefined ? { ...inner, action_id: newBlockId() } : inner;
}
