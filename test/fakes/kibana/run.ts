import { randomUUID } from 'node:crypto';
import type { Brain, Saying, ToolRecord } from './brain.ts';
import type { Connector } from './connector.ts';

export type Step = Record<string, unknown> & { type: string };
export type Emit = (name: string, content: unknown) => void;
export type RunRequest = { input: string; answers: Readonly<Record<string, unknown>>; round: number };

type Parts = { brain: Brain; connector: Connector | null; prefix: string; emit: Emit; signal: AbortSignal };

/** One round of the agent: what the brain does becomes steps and events, in Kibana's shapes. */
export async function runRound(parts: Parts, request: RunRequest): Promise<{ saying: Saying; steps: Step[] }> {
  const { brain, connector, prefix, emit, signal } = parts;
  const steps: Step[] = [{ type: 'reasoning', reasoning: 'I look for documents first.' }];
  emit('reasoning', { reasoning: 'I look for documents first.' });

  const use = async (toolId: string, params: Record<string, unknown>): Promise<ToolRecord> => {
    const tool_call_id = randomUUID();
    emit('tool_call', { tool_call_id, tool_id: toolId, params });
    const result = await resultOf(connector, toolId.slice(prefix.length + 1), params);
    const results = [{ tool_result_id: randomUUID(), ...result }];
    emit('tool_result', { tool_call_id, tool_id: toolId, results });
    steps.push({ type: 'tool_call', tool_call_id, tool_id: toolId, params, results });
    return result;
  };
  const record = (step: Record<string, unknown>): void => void steps.push({ type: 'unknown', ...step });
  const saying = await brain({ ...request, signal, use, record });
  return { saying, steps };
}

/** Kibana passes on what the server answered, an `isError` too; only what the connector itself cannot do is an error there. */
async function resultOf(connector: Connector | null, name: string, params: Record<string, unknown>): Promise<ToolRecord> {
  if (connector === null) return { type: 'error', data: { message: 'connector not found' } };
  try {
    return { type: 'other', data: await connector.call(name, params) };
  } catch (fault) {
    return { type: 'error', data: { message: fault instanceof Error ? fault.message : 'the connector failed' } };
  }
}
