import type { ModelUsage } from '../contracts/usage.ts';

/** Both together; a sum of which one part has no price has none either, because it would look cheaper than it was. */
export function addUsage(first: ModelUsage | null, second: ModelUsage | null): ModelUsage | null {
  if (first === null || second === null) return first ?? second;
  const priced = first.cost_usd !== null && second.cost_usd !== null;
  return {
    model: first.model,
    calls: first.calls + second.calls,
    input_tokens: first.input_tokens + second.input_tokens,
    output_tokens: first.output_tokens + second.output_tokens,
    estimated: first.estimated || second.estimated,
    cost_usd: priced ? (first.cost_usd ?? 0) + (second.cost_usd ?? 0) : null,
  };
}
