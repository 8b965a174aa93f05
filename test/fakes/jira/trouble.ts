import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/** What the fake does to the next requests that fit `on`, as `POST /issue`; `*` fits a part of a path. */
export type Trouble = { on: string; times?: number } & (
  | { kind: 'lose_request' }
  /** Carries the request out and breaks the line. */
  | { kind: 'lose_answer' }
  /** Nothing is done and nothing said. */
  | { kind: 'hang' }
  /** Carries the request out and says nothing. */
  | { kind: 'hang_after' }
  /** Waits, whoever asked may have gone, then carries it out and answers. */
  | { kind: 'slow'; ms: number }
  /** Says this in place of doing anything. */
  | { kind: 'answer'; status: number; body?: unknown; headers?: Record<string, string> }
  /** Carries the request out, and a proxy says this. */
  | { kind: 'answer_after'; status: number }
  | { kind: 'not_json' }
);

export type Troubles = {
  add(trouble: Trouble): void;
  take(method: string, path: string): Trouble | null;
  clear(): void;
};

const fits = (on: string, request: string): boolean =>
  new RegExp(`^${on.split('*').map(literally).join('[^/]+')}$`).test(request);
const literally = (text: string): string => text.replace(/[\\^$.+?()[\]{}|]/g, '\\$&');

export function createTroubles(): Troubles {
  let waiting: { trouble: Trouble; left: number }[] = [];
  return {
    add: (trouble) => void waiting.push({ trouble, left: trouble.times ?? 1 }),
    take(method, path) {
      const next = waiting.find(({ trouble }) => fits(trouble.on, `${method} ${path}`));
      if (next === undefined) return null;
      next.left -= 1;
      waiting = waiting.filter(({ left }) => left > 0);
      return next.trouble;
    },
    clear: () => {
      waiting = [];
    },
  };
}

export type Answer = { status: number; body?: unknown };

/** Carries a request out, or not, as the trouble wants. */
export async function troubled(trouble: Trouble, res: ServerResponse, act: () => Answer, send: (answer: Answer) => void) {
  const { kind } = trouble;
  if (kind === 'lose_answer' || kind === 'hang_after' || kind === 'answer_after') act();
  if (kind === 'lose_request' || kind === 'lose_answer') res.destroy();
  if (kind === 'answer_after') res.writeHead(trouble.status, { 'content-type': 'text/html' }).end('<h1>Bad gateway</h1>');
  if (kind === 'not_json') res.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Log in</h1>');
  if (kind === 'answer') {
    const { status, headers = {}, body = { errorMessages: ['You may not.'], errors: {} } } = trouble;
    res.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
  }
  if (kind === 'slow') {
    await sleep(trouble.ms);
    send(act());
  }
}
