import { z } from 'zod';
import { GovernorError } from '../../pipeline/errors.ts';

const Message = z.object({
  ts: z.string(),
  thread_ts: z.string().optional(),
  user: z.string(),
  text: z.string(),
  blocks: z.array(z.unknown()).nullish(),
  ephemeral_to: z.string().optional(),
});
export type SeenMessage = z.infer<typeof Message>;

const Execution = z.object({
  at: z.string(),
  key: z.string(),
  action: z.string(),
  parameters: z.record(z.string(), z.unknown()),
  case_id: z.string(),
});
export type SeenExecution = z.infer<typeof Execution>;

const Acted = z.object({ ok: z.boolean(), ack_ms: z.number().optional(), error: z.string().optional() });

const Accounts = z.object({ users: z.array(z.object({ id: z.string(), name: z.string() })) });

export type Control = {
  /** Names of the workspace's accounts by their ids. */
  names(): Promise<ReadonlyMap<string, string>>;
  command(user: string, text: string): Promise<z.infer<typeof Acted>>;
  reply(user: string, threadTs: string, text: string): Promise<void>;
  messages(): Promise<SeenMessage[]>;
  executions(): Promise<SeenExecution[]>;
  idle(): Promise<boolean>;
};

const TIMEOUT_MS = 10_000;
export const CHANNEL = 'incidents';

/** The sandbox's control API, as scripts use it. */
export function createControl(baseUrl: string): Control {
  const ask = async <T>(path: string, shape: z.ZodType<T>, body?: unknown): Promise<T> => {
    const answer = await fetch(new URL(`/_control/${path}`, baseUrl), {
      method: body === undefined ? 'GET' : 'POST',
      headers: { 'content-type': 'application/json' },
      body: body === undefined ? null : JSON.stringify(body),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (!answer.ok) throw new GovernorError('control_refused', `the sandbox refused ${path}: ${await answer.text()}`);
    return shape.parse(await answer.json());
  };
  return {
    names: async () => new Map((await ask('workspace', Accounts)).users.map(({ id, name }) => [id, name])),
    command: (user, text) => ask('command', Acted, { user, channel: CHANNEL, text }),
    async reply(user, threadTs, text) {
      await ask('reply', z.object({ ts: z.string() }), { user, channel: CHANNEL, thread_ts: threadTs, text });
    },
    messages: async () => (await ask(`messages?channel=${CHANNEL}`, z.object({ messages: z.array(Message) }))).messages,
    executions: async () => (await ask('executions', z.object({ executions: z.array(Execution) }))).executions,
    idle: async () => (await ask('idle', z.object({ idle: z.boolean() }))).idle,
  };
}
