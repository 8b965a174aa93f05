import type { Scenario } from '../../contracts/scenario.ts';
import { withOwnHome } from '../app/simulated-world.ts';
import { startGovernor } from '../app/start.ts';
import { caseFacts, caseNamed } from '../cli/case-facts.ts';
import type { Line } from '../cli/print.ts';
import { bad, good, strong, wrapped } from '../cli/print.ts';
import type { Settings } from '../config.ts';
import { createLog } from '../log.ts';
import { openSqliteStore } from '../stores/sqlite/store.ts';
import { storeFileIn } from '../stores/sqlite/store-file.ts';
import { createControl } from './control.ts';
import type { Played } from './play.ts';
import { play } from './play.ts';

const LINE_CHARS = 100;
const INDENT = '  ';

/** What one speaker says, its further lines set in below the first. */
const hanging = (text: string): string[] =>
  wrapped(text, LINE_CHARS - 2 * INDENT.length).map((line, index) => `${INDENT}${index === 0 ? '' : INDENT}${line}`);

/** Plays told examples one after the other in a governor of their own, which is gone afterwards. */
export function playAll(
  settings: Settings,
  scenarios: readonly Scenario[],
  tell: (lines: readonly Line[]) => void,
): Promise<Played[]> {
  return withOwnHome({ ...settings, logLevel: 'error' }, async (own) => {
    const running = await startGovernor(own);
    // The same file, read beside the app as any other process may.
    const store = await openSqliteStore({ file: storeFileIn(own.paths.home), now: Date.now, log: createLog(own) });
    const facts = async (caseId: string) => caseFacts(await caseNamed(store, caseId));
    const played: Played[] = [];
    try {
      for (const scenario of scenarios) {
        tell(['', strong(scenario.title), ...wrapped(scenario.story, LINE_CHARS)]);
        const one = await play(scenario, { control: createControl(running.url), facts, tell: (line) => tell(hanging(line)) });
        tell([['  ', one.differences.length === 0 ? good('as told') : bad(`NOT AS TOLD: ${one.differences.join('; ')}`)]]);
        played.push(one);
      }
      return played;
    } finally {
      await store.close();
      await running.stop();
    }
  });
}
