import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import { readText } from '../../http/body.ts';
import type { Router } from '../../http/router.ts';
import { channelOf, GOVERNOR, TEAM } from '../accounts.ts';
import { type Answer, answerUnderFault } from '../faults.ts';
import type { Message } from '../store/messages.ts';
import type { ResponseTarget } from '../workspace/response-urls.ts';
import type { Workspace } from '../workspace/workspace.ts';
import { type Content, ContentArguments, parseContent } from './content.ts';

const BYTES_MAX = 4_000_000;
const TEXT = { max: 40_000, cut: true };
const NOT_FOUND = 404;

export const Response = ContentArguments.extend({
  response_type: z.enum(['ephemeral', 'in_channel']).optional(),
  replace_original: z.boolean().optional(),
  delete_original: z.boolean().optional(),
  thread_ts: z.string().optional(),
});
export type Response = z.infer<typeof Response>;

export function responseUrl({ baseUrl, responseUrls }: Workspace, target: ResponseTarget): string {
  return `${baseUrl()}/response/${TEAM.id}/${responseUrls.issue(target)}`;
}

/** Answers to a command or click by its response_url: five within half an hour, no token needed. */
export function responseUrlRoute(router: Router, workspace: Workspace): void {
  router.post('/response/:team/:secret', async (req: IncomingMessage, res: ServerResponse, { secret = '' }) => {
    const given = parseResponse(await readText(req, BYTES_MAX));
    const apply = async (): Promise<Answer> => {
      const answer = given === undefined ? failed(400, 'invalid_payload') : respond(workspace, secret, given);
      workspace.calls.record({
        at: new Date(workspace.now()).toISOString(),
        method: 'response_url',
        body: given ?? {},
        ok: answer.status === 200,
        ms: 0,
      });
      workspace.changes.publish('call', { method: 'response_url', body: given ?? {}, ok: answer.status === 200 });
      await workspace.database.durable();
      return answer;
    };
    const refuse = (error: string): Answer => failed(NOT_FOUND, error);
    await answerUnderFault(workspace.faults.take('slack', 'response_url'), { res, apply, refuse });
  });
}

/** Plain text is accepted as `{text}`, as it is in an acknowledgement. */
function parseResponse(text: string): Response | undefined {
  try {
    return Response.safeParse(JSON.parse(text)).data;
  } catch {
    return text === '' ? undefined : { text };
  }
}

const failed = (status: number, error: string): Answer => ({ status, body: { ok: false, error } });

function respond(workspace: Workspace, secret: string, response: Response): Answer {
  const parsed = response.delete_original === true ? { ok: true as const, content: {} } : parseContent(response, TEXT);
  if (!parsed.ok) return { status: NOT_FOUND, body: parsed.refusal };
  const used = workspace.responseUrls.use(secret);
  if (!used.ok) return failed(NOT_FOUND, used.error);
  showResponse(workspace, used.target, response, parsed.content);
  return { status: 200, body: { ok: true } };
}

/** Puts an answer on the screen: in place of the original, for everybody, or for the person who asked alone. */
export function showResponse(workspace: Workspace, target: ResponseTarget, response: Response, content: Content): void {
  const { conversation, messages } = workspace;
  const channel = channelOf(target.channel);
  if (channel === undefined) return;
  const original = target.ts === undefined ? undefined : messages.find(channel.id, target.ts);
  if (original !== undefined && changeOriginal(workspace, original, response, content)) return;
  const threadTs = response.thread_ts ?? (response.response_type === 'in_channel' ? undefined : target.thread_ts);
  const draft = { channel, author: GOVERNOR, text: '', ...content, ...(threadTs === undefined ? {} : { thread_ts: threadTs }) };
  if (response.response_type === 'in_channel') conversation.post(draft);
  else conversation.postEphemeral({ ...draft, ephemeral_to: target.user });
}

function changeOriginal({ conversation }: Workspace, original: Message, response: Response, content: Content): boolean {
  if (response.delete_original === true) conversation.remove(original);
  else if (response.replace_original === true) conversation.edit(original, { blocks: [], ...content }, GOVERNOR.id);
  else return false;
  return true;
}
