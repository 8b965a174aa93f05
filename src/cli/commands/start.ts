import { startGovernor } from '../../app/start.ts';
import { readConfig } from '../../config.ts';
import { createLog, routeWarnings } from '../../log.ts';
import type { Command } from '../command.ts';
import { untilStopped } from '../until-stopped.ts';

export const start: Command = {
  name: 'start',
  usage: '',
  says: 'starts the governor, with a sandbox workspace where no Slack is configured; prints the page’s address',
  words: { min: 0, max: 0 },
  options: {},
  async run({ out }) {
    const settings = readConfig();
    const log = createLog(settings);
    routeWarnings(log);
    const running = await startGovernor(settings);
    // The one line on standard output: scripts wait for it.
    return untilStopped(running.stop, log, () => out.write(`${running.url}/\n`));
  },
};
