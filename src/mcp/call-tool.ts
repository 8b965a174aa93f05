import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { ARGUMENTS_CHARS_MAX, type ToolCall, TRACED_IDS_MAX } from '../../contracts/tool-call.ts';
import type { Cases } from '../../pipeline/cases.ts';
import { GovernorError, problemOf } from '../../pipeline/errors.ts';
import type { Redact } from '../../pipeline/intake/incident-text.ts';
import type { Clock } from '../../pipeline/ports.ts';
import { cut } from '../../views/text.ts';
import { plain } from '../log/plain.ts';
import type { Log } from '../log.ts';
import type { Answered, Sender, Tool } from './tool.ts';

/** What a client gets: structured, and the same as text for those that read only text. */
export type ToolResult = {
  content: { type: 'text'; text: string }[];
  structuredContent?: Record<string, unknown>;
  isError?: boolean;
};

/** Null where there is no tool of that name. */
export type CallTool = (name: string, input: unknown, by: Sender) => Promise<ToolResult | null>;

type Parts = {
  tools: readonly Tool[];
  cases: Pick<Cases, 'load'>;
  clock: Clock;
  redact: Redact;
  /** Told about every call once it is answered; what it throws is logged and changes nothing. */
  onCall: (call: ToolCall) => void | Promise<void>;
  log: Pick<Log, 'error'>;
  timeoutMs?: number;
};

const TIMEOUT_MS = 20_000;
const MESSAGE_CHARS_MAX = 1_000;
const NAME_CHARS_MAX = 100;
const CLIENT_CHARS_MAX = 200;

type Outcome = Pick<ToolCall, 'outcome' | 'error_code' | 'document_ids'> & { result: ToolResult };

/** The one door of all tools: parses, answers, turns whatever is thrown into an answer that says so, and traces it. */
export function createCallTool({ tools, cases, clock, redact, onCall, log, timeoutMs = TIMEOUT_MS }: Parts): CallTool {
  const byName = new Map(tools.map((tool) => [tool.name, tool]));

  const outcomeOf = async (tool: Tool, input: unknown, by: Sender): Promise<Outcome> => {
    try {
      const answered = await inTime(timeoutMs, tool.call(input, by));
      return answered.ok ? answeredBy(answered) : refusedBy(answered.code, redact(answered.message));
    } catch (fault) {
      log.error('a tool could not answer', { tool: tool.name, fault });
      const code = fault instanceof GovernorError ? fault.code : 'internal';
      return { ...refusedBy(code, redact(problemOf(fault))), outcome: 'failed' };
    }
  };

  /** A caller may name any case; only one that exists is told about the call. */
  const caseNamed = async (input: unknown): Promise<string | null> => {
    const named = NamesCase.safeParse(input);
    const id = named.success ? named.data.incident_id || named.data.case_id : undefined;
    return id ? ((await cases.load(id))?.caseId ?? null) : null;
  };

  const trace = async (name: string, input: unknown, by: Sender, startedMs: number, done: Outcome): Promise<void> => {
    try {
      const { result, ...rest } = done;
      const created = CaseOpened.safeParse(result.structuredContent);
      const case_id = created.success ? created.data.case_id : await inTime(timeoutMs, caseNamed(input));
      await onCall({
        at: new Date(startedMs).toISOString(),
        call_id: randomUUID(),
        tool: redact(name.slice(0, NAME_CHARS_MAX)).slice(0, NAME_CHARS_MAX),
        transport: by.transport,
        client: by.name === null ? null : redact(by.name.slice(0, CLIENT_CHARS_MAX)).slice(0, CLIENT_CHARS_MAX),
        case_id,
        arguments: cut(JSON.stringify(plain(input, redact)), ARGUMENTS_CHARS_MAX),
        ...rest,
        answer_chars: result.content.reduce((sum, { text }) => sum + text.length, 0),
        ms: Math.max(0, clock.now() - startedMs),
      });
    } catch (fault) {
      log.error('a tool call could not be traced', { tool: name.slice(0, NAME_CHARS_MAX), fault });
    }
  };

  return async (name, input, by) => {
    const startedMs = clock.now();
    const tool = byName.get(name);
    const done = tool === undefined ? UNKNOWN_TOOL : await outcomeOf(tool, input, by);
    await trace(name, input, by, startedMs, done);
    return tool === undefined ? null : done.result;
  };
}

const NamesCase = z.object({ incident_id: z.string().max(200).optional(), case_id: z.string().max(200).optional() });
const CaseOpened = z.object({ case_id: z.string() });

function answeredBy({ answer }: Extract<Answered, { ok: true }>): Outcome {
  const result = { content: [{ type: 'text' as const, text: JSON.stringify(answer) }], structuredContent: { ...answer } };
  return { outcome: 'answered', error_code: null, document_ids: answer.document_ids.slice(0, TRACED_IDS_MAX), result };
}

function refusedBy(code: string, message: string): Outcome {
  const text = JSON.stringify({ error: { code, message: cut(message, MESSAGE_CHARS_MAX) } });
  return {
    outcome: 'refused',
    error_code: code.slice(0, NAME_CHARS_MAX),
    document_ids: [],
    result: { content: [{ type: 'text', text }], isError: true },
  };
}

const UNKNOWN_TOOL = refusedBy('unknown_tool', 'there is no tool of that name');

/** A store or a service that never answers must not keep a caller waiting for ever. */
async function inTime<T>(timeoutMs: number, answer: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => late.reject(new GovernorError('timed_out', `no answer within ${timeoutMs / 1_000} s`)),
    timeoutMs,
  );
  try {
    return await Promise.race([answer, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
