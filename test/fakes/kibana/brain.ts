/** What the scripted agent is asked in one round, and what it may do before it answers. */
export type Turn = {
  /** The whole text; empty where a round goes on after a person's answers. */
  input: string;
  /** A person's answers, where the round goes on after them. */
  answers: Readonly<Record<string, unknown>>;
  /** How many rounds of this conversation came before. */
  round: number;
  /** Ends when the run is given up. */
  signal: AbortSignal;
  /** Calls a tool by its id in Kibana; what comes back is what Kibana records as its result. */
  use(toolId: string, params: Record<string, unknown>): Promise<ToolRecord>;
  /** Records a tool call that never happened: an agent cannot do this, a bug of Kibana could. */
  record(step: Record<string, unknown>): void;
};
export type ToolRecord = { type: string; data: unknown };

export type Prompt = { type: string; id: string; title?: string; message?: string; questions?: unknown[] };
export type Saying =
  | { message: string }
  | { structured: Record<string, unknown> }
  /** The round waits for a person. */
  | { ask: readonly Prompt[] }
  /** The run fails with one of Kibana's codes. */
  | { fail: { status: number; code: string; message: string } };

export type Brain = (turn: Turn) => Promise<Saying> | Saying;
