import type { ModelPlannerConfig } from '../../../contracts/model-planner.ts';
import type { ModelUsage } from '../../../contracts/usage.ts';
import { GovernorError } from '../../../pipeline/errors.ts';
import { forgetOldest } from '../../../pipeline/forget-oldest.ts';

export type Budget = Pick<ModelPlannerConfig, 'calls_max' | 'tokens_max' | 'seconds_max' | 'usd_per_million_tokens'>;
/** What one call used. `estimated` where the provider did not say. */
export type CallUsage = { inputTokens: number; outputTokens: number; estimated: boolean };

export type Meter = {
  /** Counts a call that is about to be made, and gives the time left for it. Throws GovernorError `model_budget`. */
  begin(caseId: string): { leftMs: number };
  /** `usage` is null where the call failed. */
  end(caseId: string, ms: number, usage: CallUsage | null): void;
  /** What was spent on the case since this was last asked; null where it was nothing. */
  take(caseId: string): ModelUsage | null;
};

const CASES_MAX = 5_000;
const MS = 1_000;
const MILLION = 1_000_000;

type Spent = { calls: number; input: number; output: number; ms: number; estimated: boolean };
const NOTHING: Spent = { calls: 0, input: 0, output: 0, ms: 0, estimated: false };
type Account = { all: Spent; untold: Spent };

/** Counts what a model is asked for each case, so that no incident and no text in one can run up a bill without end. */
export function createMeter({ model, budget }: { model: string; budget: Budget }): Meter {
  const accounts = new Map<string, Account>();
  const accountOf = (caseId: string): Account => accounts.get(caseId) ?? { all: NOTHING, untold: NOTHING };
  const add = (caseId: string, more: Spent): void => {
    const { all, untold } = accountOf(caseId);
    accounts.set(caseId, { all: sum(all, more), untold: sum(untold, more) });
    forgetOldest(accounts, CASES_MAX);
  };

  return {
    begin(caseId) {
      const { all } = accountOf(caseId);
      const over = overspent(all, budget);
      if (over !== null) throw new GovernorError('model_budget', `this case has used up what it may ask of the model: ${over}`);
      add(caseId, { ...NOTHING, calls: 1 });
      return { leftMs: budget.seconds_max * MS - all.ms };
    },
    end(caseId, ms, usage) {
      const tokens = usage === null ? {} : { input: usage.inputTokens, output: usage.outputTokens, estimated: usage.estimated };
      add(caseId, { ...NOTHING, ...tokens, ms });
    },
    take(caseId) {
      const { all, untold } = accountOf(caseId);
      if (untold.calls === 0) return null;
      accounts.set(caseId, { all, untold: NOTHING });
      return { model, ...told(untold), cost_usd: costOf(untold, budget.usd_per_million_tokens) };
    },
  };
}

const sum = (one: Spent, other: Spent): Spent => ({
  calls: one.calls + other.calls,
  input: one.input + other.input,
  output: one.output + other.output,
  ms: one.ms + other.ms,
  estimated: one.estimated || other.estimated,
});

function overspent({ calls, input, output, ms }: Spent, { calls_max, tokens_max, seconds_max }: Budget): string | null {
  if (calls >= calls_max) return `${calls_max} calls`;
  if (input + output >= tokens_max) return `${tokens_max} tokens`;
  return ms >= seconds_max * MS ? `${seconds_max} seconds` : null;
}

const told = ({ calls, input, output, estimated }: Spent): Omit<ModelUsage, 'model' | 'cost_usd'> => ({
  calls,
  input_tokens: input,
  output_tokens: output,
  estimated,
});

const costOf = ({ input, output }: Spent, prices: Budget['usd_per_million_tokens']): number | null =>
  prices === undefined ? null : (input * prices.input + output * prices.output) / MILLION;
