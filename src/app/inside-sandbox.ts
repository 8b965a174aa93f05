import type { Settings } from '../config/settings.ts';
import type { Log } from '../log.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';

export type { Sandbox } from '../sandbox/sandbox.ts';

/**
 * Opens the sandbox in this process. This is the one place that knows it; the app is told its addresses and reaches it
 * over HTTP like any other Slack. Imported only when needed: an installation with a real workspace never loads it.
 */
export async function openSandbox({ paths }: Pick<Settings, 'paths'>, log: Log): Promise<Sandbox> {
  const { createSandbox } = await import('../sandbox/sandbox.ts');
  return createSandbox({
    home: paths.home,
    worldFile: paths.world,
    manifestFile: paths.manifest,
    log: log.child({ from: 'sandbox' }),
  });
}
