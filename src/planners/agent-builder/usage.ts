import type { ModelUsage } from '../../../contracts/usage.ts';
import type { Tokens } from './round.ts';

/** What the agent's model was asked, as Kibana counts it. Its price is the business of the connector there. */
export const usageOf = (tokens: Tokens | null, agentId: string): ModelUsage | null =>
  tokens === null ? null : { model: agentId, ...tokens, estimated: false, cost_usd: null };

export function addTokens(sum: Tokens | null, more: Tokens | null): Tokens | null {
  if (sum === null || more === null) return sum ?? more;
  return {
    calls: sum.calls + more.calls,
    input_tokens: sum.input_tokens + more.input_tokens,
    output_tokens: sum.output_tokens + more.output_tokens,
  };
}
