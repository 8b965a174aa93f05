import type { IncomingMessage } from 'node:http';
import { readText } from '../../http/body.ts';
import { requestUrl } from '../../http/router.ts';
import { isRecord } from '../workspace/elements.ts';

export type ParsedArguments =
  | { ok: true; token: string | undefined; args: Record<string, unknown> }
  | { ok: false; error: string };

const API_BYTES_MAX = 4_000_000;
/** Arguments that travel as JSON text inside a form; the error is what Slack answers when they are not JSON. */
const JSON_ARGUMENTS: Record<string, string> = {
  blocks: 'invalid_blocks_format',
  attachments: 'invalid_attachments_format',
  view: 'invalid_view_format',
  metadata: 'invalid_metadata_format',
};

/** Query, form or JSON body as one set of arguments, and the token from wherever it came. */
export async function readArguments(req: IncomingMessage): Promise<ParsedArguments> {
  const query = Object.fromEntries(requestUrl(req).searchParams);
  const body = await readBody(req);
  if (body === undefined) return { ok: false, error: 'invalid_json' };
  const { token, ...args } = { ...query, ...body };
  const bearer = /^Bearer (?<token>.+)$/i.exec(req.headers.authorization ?? '')?.groups?.token;
  return withJson(args, bearer ?? (typeof token === 'string' ? token : undefined));
}

async function readBody(req: IncomingMessage): Promise<Record<string, unknown> | undefined> {
  const text = await readText(req, API_BYTES_MAX);
  if (text === '') return {};
  if (!(req.headers['content-type'] ?? '').startsWith('application/json')) return Object.fromEntries(new URLSearchParams(text));
  const parsed = parseOr(text, undefined);
  return isRecord(parsed) ? parsed : undefined;
}

function withJson(args: Record<string, unknown>, token: string | undefined): ParsedArguments {
  const decoded = { ...args };
  for (const [name, error] of Object.entries(JSON_ARGUMENTS)) {
    const value = decoded[name];
    if (typeof value !== 'string') continue;
    // An empty argument is an absent one: clients send it to say "none".
    const parsed = value === '' ? undefined : parseOr(value, INVALID);
    if (parsed === INVALID) return { ok: false, error };
    decoded[name] = parsed;
  }
  return { ok: true, token, args: decoded };
}

const INVALID = Symbol('not JSON');

function parseOr<Fallback>(text: string, fallback: Fallback): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return fallback;
  }
}
