import type { ServerResponse } from 'node:http';

/** What the fake does in place of an honest answer to the next requests to converse. */
export type Trouble =
  /** Refuses before anything runs. */
  | { kind: 'refuse'; status: number; message: string; body?: string; headers?: Record<string, string> }
  | { kind: 'reset' }
  | { kind: 'hang' }
  /** Answers the beginning, then nothing more and does not close. */
  | { kind: 'stall' }
  /** The line breaks in the middle. */
  | { kind: 'cut' }
  /** Closes properly and yet before the end of the round. */
  | { kind: 'ends_early' }
  /** An error event within the stream. */
  | { kind: 'error_event'; code: string; message: string }
  /** As Elastic Cloud sends it: another content type, padding, bytes cut anywhere. */
  | { kind: 'octets' }
  /** These very bytes as an answer of status 200. */
  | { kind: 'raw'; body: string }
  /** A stream or a body that never ends. */
  | { kind: 'flood' };

const MEGABYTE = 'x'.repeat(1_048_576);

/** Troubles that come in place of the whole answer. True where this was one. */
export function troubled(res: ServerResponse, trouble: Trouble | null): boolean {
  if (trouble === null) return false;
  if (trouble.kind === 'hang') return true;
  if (trouble.kind === 'reset') {
    res.destroy();
    return true;
  }
  if (trouble.kind === 'refuse') {
    const { status, message, headers = {} } = trouble;
    const body = trouble.body ?? JSON.stringify({ statusCode: status, error: 'refused', message, attributes: {} });
    res.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body);
    return true;
  }
  if (trouble.kind === 'raw') {
    res.writeHead(200, { 'content-type': 'application/json' }).end(trouble.body);
    return true;
  }
  if (trouble.kind !== 'flood') return false;
  res.writeHead(200, { 'content-type': 'text/event-stream' });
  const pour = (): void => {
    while (!res.destroyed && res.write(`data: ${MEGABYTE}\n\n`));
  };
  res.on('drain', pour);
  pour();
  return true;
}
