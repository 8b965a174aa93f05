import { z } from 'zod';
import { newSecret } from '../ids.ts';
import type { Database } from '../store/database.ts';

const USES_MAX = 5;
const LIFE_MS = 30 * 60_000;
/** Kept for a while after its end, so that a late use is told that it is late. */
const KEPT_MS = 2 * LIFE_MS;
const PRUNE_EVERY = 1000;

/** Where an answer through the URL goes, and which message it may replace. */
const Target = z.strictObject({
  user: z.string(),
  channel: z.string(),
  thread_ts: z.string().optional(),
  /** The message whose button was clicked; a command has none. */
  ts: z.string().optional(),
});
export type ResponseTarget = z.infer<typeof Target>;
const UrlRow = z.object({ uses: z.number(), created_ms: z.number(), body: z.string() });

export type ResponseUrls = {
  /** The secret last part of the URL. */
  issue(target: ResponseTarget): string;
  /** Counts one use; a URL is good for five within half an hour. */
  use(secret: string): { ok: true; target: ResponseTarget } | { ok: false; error: 'no_such_url' | 'expired_url' | 'used_url' };
};

export function createResponseUrls(database: Database, now: () => number): ResponseUrls {
  let issued = 0;
  const prune = (): void => {
    issued += 1;
    if (issued % PRUNE_EVERY === 0) database.run('DELETE FROM response_urls WHERE created_ms < ?', now() - KEPT_MS);
  };
  return {
    issue(target) {
      prune();
      const secret = newSecret(16);
      database.run(
        'INSERT INTO response_urls (secret, uses, created_ms, body) VALUES (?, 0, ?, ?)',
        secret,
        now(),
        JSON.stringify(target),
      );
      return secret;
    },
    use(secret) {
      const row = database.first('SELECT uses, created_ms, body FROM response_urls WHERE secret = ?', secret);
      if (row === undefined) return { ok: false, error: 'no_such_url' };
      const url = UrlRow.parse(row);
      if (now() - url.created_ms > LIFE_MS) return { ok: false, error: 'expired_url' };
      if (url.uses >= USES_MAX) return { ok: false, error: 'used_url' };
      database.run('UPDATE response_urls SET uses = uses + 1 WHERE secret = ?', secret);
      return { ok: true, target: Target.parse(JSON.parse(url.body)) };
    },
  };
}
