import { openSandbox } from '../../app/inside-sandbox.ts';
import { readConfig } from '../../config.ts';
import { listen } from '../../http/server.ts';
import { createLog, routeWarnings } from '../../log.ts';
import type { Command } from '../command.ts';
import { untilStopped } from '../until-stopped.ts';

export const sandbox: Command = {
  name: 'sandbox',
  usage: '',
  says: 'serves the sandbox workspace alone; prints its address and what an app needs to reach it',
  words: { min: 0, max: 0 },
  options: {},
  async run({ out }) {
    const settings = readConfig({ slack: 'unneeded' });
    const log = createLog(settings);
    routeWarnings(log);
    const workspace = await openSandbox(settings, log);
    const server = await listen({ ...settings.http, handlers: [workspace.router.handle], upgrade: [workspace.upgrade] });
    workspace.attach(server.url);
    const lines = Object.entries(workspace.environment()).map(([name, value]) => `${name}=${value}`);
    const stop = async (): Promise<void> => {
      await workspace.close();
      await server.close();
    };
    return untilStopped(stop, log, () => out.write(`${server.url}/\n${lines.join('\n')}\n`));
  },
};
