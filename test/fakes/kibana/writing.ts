import type { ServerResponse } from 'node:http';
import type { Trouble } from './trouble.ts';

export type Writer = {
  event(name: string, content: unknown): void;
  /** The whole round, and what a version tells only after it. */
  end(round: Record<string, unknown>, after?: readonly (readonly [name: string, content: unknown])[]): void;
  fail(fault: { status: number; code: string; message: string }): void;
};

const ODD_BYTES = 7;

/** Answers with one JSON body, once all is known. */
export function wholeWriter(res: ServerResponse, trouble: Trouble | null): Writer {
  return {
    event: () => undefined,
    end(round) {
      const text = JSON.stringify(round);
      if (trouble?.kind === 'stall') return void res.writeHead(200).write(text.slice(0, text.length / 2));
      if (trouble?.kind === 'cut')
        return void res
          .writeHead(200, { 'content-length': text.length })
          .write(text.slice(0, text.length / 2), () => res.destroy());
      res.writeHead(200, { 'content-type': 'application/json' });
      res.end(trouble?.kind === 'ends_early' ? text.slice(0, text.length / 2) : text);
    },
    fail({ status, message }) {
      const body = { statusCode: status, error: 'Error', message, attributes: { trace_id: 'trace-1' } };
      res.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    },
  };
}

/** Answers with events as they come. */
export function streamWriter(res: ServerResponse, trouble: Trouble | null): Writer {
  const isOctets = trouble?.kind === 'octets';
  res.writeHead(200, { 'content-type': isOctets ? 'application/octet-stream' : 'text/event-stream' });
  // What keeps the line open says nothing; on Elastic Cloud a long padding goes before.
  res.write(isOctets ? `: ${' '.repeat(4_096)}\n\n` : ': keepalive\n\n');
  const write = (text: string): void => {
    if (!isOctets) return void res.write(text);
    const bytes = Buffer.from(text, 'utf8');
    for (let at = 0; at < bytes.length; at += ODD_BYTES) res.write(bytes.subarray(at, at + ODD_BYTES));
  };
  const event = (name: string, content: unknown): void => write(`event: ${name}\ndata: ${JSON.stringify({ data: content })}\n\n`);
  const fail = (code: string, message: string): void =>
    void res.end(`event: error\ndata: ${JSON.stringify({ error: { code, message, meta: {} } })}\n\n`);
  return {
    event,
    end(round, after = []) {
      if (trouble?.kind === 'stall') return;
      if (trouble?.kind === 'ends_early') return void res.end();
      // The reset comes after what was written before has gone out.
      if (trouble?.kind === 'cut') return void res.write('event: round_', () => res.destroy());
      if (trouble?.kind === 'error_event') return fail(trouble.code, trouble.message);
      event('round_complete', { round });
      for (const [name, content] of after) event(name, content);
      res.end();
    },
    fail: ({ code, message }) => fail(code, message),
  };
}
