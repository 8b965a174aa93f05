import { join } from 'node:path';
import type { Scenario } from '../../contracts/scenario.ts';
import { withOwnHome } from '../app/simulated-world.ts';
import { STORE_FILE, startGovernor } from '../app/start.ts';
import { caseFacts, caseNamed } from '../cli/case-facts.ts';
import type { Settings } from '../config.ts';
import { createLog } from '../log.ts';
import { openSqliteStore } from '../stores/sqlite/store.ts';
import { createControl } from './control.ts';
import type { Played, Told } from './play.ts';
import { play } from './play.ts';

/** Plays told examples one after the other in a governor of their own, which is gone afterwards. */
export function playAll(settings: Settings, scenarios: readonly Scenario[], tell: Told): Promise<Played[]> {
  return withOwnHome({ ...settings, logLevel: 'error' }, async (own) => {
    const running = await startGovernor(own);
    // The same file, read beside the app as any other process may.
    const store = await openSqliteStore({ file: join(own.paths.home, STORE_FILE), now: Date.now, log: createLog(own) });
    const facts = async (caseId: string) => caseFacts(await caseNamed(store, caseId));
    const played: Played[] = [];
    try {
      for (const scenario of scenarios) {
        tell(`\n${scenario.title}\n${scenario.story}`);
        const one = await play(scenario, { control: createControl(running.url), facts, tell: (line) => tell(`  ${line}`) });
        tell(one.differences.length === 0 ? '  as told' : `  NOT AS TOLD: ${one.differences.join('; ')}`);
        played.push(one);
      }
      return played;
    } finally {
      await store.close();
      await running.stop();
    }
  });
}
