import type { IncomingMessage } from 'node:http';
import { HttpRefusal } from './refusal.ts';

export const BODY_BYTES_MAX = 1_000_000;
const TOO_LARGE = 413;
const BAD_REQUEST = 400;

/** The whole body as bytes; 413 as soon as the declared or the received length passes `bytesMax`. */
export async function readBytes(req: IncomingMessage, bytesMax = BODY_BYTES_MAX): Promise<Buffer> {
  if (Number(req.headers['content-length'] ?? 0) > bytesMax) throw tooLarge(req, bytesMax);
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of req) {
    const bytes: Buffer = Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk);
    length += bytes.length;
    if (length > bytesMax) throw tooLarge(req, bytesMax);
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

export async function readText(req: IncomingMessage, bytesMax = BODY_BYTES_MAX): Promise<string> {
  return (await readBytes(req, bytesMax)).toString('utf8');
}

/** A JSON body as `unknown`; the caller parses it with its schema. An empty body is an empty object, so a bare POST works. */
export async function readJson(req: IncomingMessage, bytesMax = BODY_BYTES_MAX): Promise<unknown> {
  const text = await readText(req, bytesMax);
  return parseJson(text.trim() === '' ? '{}' : text);
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new HttpRefusal(BAD_REQUEST, `the body is not JSON: ${cause instanceof Error ? cause.message : 'unreadable'}`);
  }
}

export async function readForm(req: IncomingMessage, bytesMax = BODY_BYTES_MAX): Promise<URLSearchParams> {
  return new URLSearchParams(await readText(req, bytesMax));
}

/** The rest of an oversized body is not read: the connection closes with the answer, so no sender can hold it open. */
function tooLarge(req: IncomingMessage, bytesMax: number): HttpRefusal {
  req.pause();
  return new HttpRefusal(TOO_LARGE, `the body is larger than ${bytesMax} bytes`);
}
