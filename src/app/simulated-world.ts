import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Settings } from '../config/settings.ts';
import { listen } from '../http/server.ts';
import type { Log } from '../log.ts';
import { openSandbox } from './inside-sandbox.ts';

/** Settings of a governor that keeps everything in a folder of its own, gone afterwards, and takes any free port. */
export async function withOwnHome<T>(settings: Settings, work: (own: Settings) => Promise<T>): Promise<T> {
  const home = await mkdtemp(join(tmpdir(), 'governor-'));
  try {
    return await work({
      ...settings,
      mode: 'sandbox',
      paths: { ...settings.paths, home, output: join(home, 'output') },
      http: { host: '127.0.0.1', port: 0 },
    });
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

/** A simulated world in which this service has an incident, for as long as the work takes. */
export function withWorld<T>(
  settings: Settings,
  service: string,
  log: Log,
  work: (sandboxUrl: string) => Promise<T>,
): Promise<T> {
  return withOwnHome(settings, async (own) => {
    const sandbox = await openSandbox(own, log);
    const server = await listen({ ...own.http, handlers: [sandbox.router.handle], upgrade: [sandbox.upgrade] });
    sandbox.attach(server.url);
    try {
      // The world raises a service when somebody reports it; an unknown one has no figures, as in earnest.
      await fetch(new URL('/_control/command', server.url), {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ user: 'oncall', channel: 'incidents', text: `/incident ${service} low simulated` }),
      });
      return await work(sandbox.environment().SANDBOX_URL);
    } finally {
      await server.close();
      await sandbox.close();
    }
  });
}
