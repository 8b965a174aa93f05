import { GovernorError } from '../../pipeline/errors.ts';

const TIMEOUT_MS = 5_000;

/** Tells the sandbox where this app can be asked whether it is idle. */
export async function tellSandbox(sandboxUrl: string, ownUrl: string): Promise<void> {
  const answer = await fetch(new URL('/_control/apps', sandboxUrl), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ url: ownUrl, pid: process.pid }),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  if (!answer.ok)
    throw new GovernorError('sandbox_refused', `the sandbox refused this app: HTTP ${answer.status} ${await answer.text()}`);
}
