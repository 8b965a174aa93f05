import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { GovernorConfig } from '../../contracts/config.ts';
import { writeBundle } from '../../src/bundle/bundle.ts';
import { createKnownSecrets } from '../../src/log/known-secrets.ts';
import { openSqliteStore } from '../../src/stores/sqlite/store.ts';
import { playWorld, type Side } from '../differential/side.ts';
import { IDS, worlds } from '../differential/worlds.ts';
import { aCatalogue, NOW } from '../fixtures/builders.ts';
import { movedClock } from '../fixtures/in-process.ts';
import { quiet } from '../stores/sqlite-stage.ts';
import { VERSION, verified } from './bundled-case.ts';

const WORLDS = 60;
/** A machine that has much else to do plays fewer. */
const WITHIN_MS = 25_000;

// What people and attackers write into libraries and plans comes along: nothing of it may make an honest bundle look wrong.
test('every case of many generated worlds, hostile ones among them, is bundled and holds', { timeout: 120_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'governor-worlds-'));
  const clock = movedClock();
  const store = await openSqliteStore({ file: join(folder, 'governor.db'), now: clock.now, log: quiet });
  let weeks = 0;
  let cases = 0;
  const kinds = new Set<string>();
  const empty = async (): Promise<void> => {
    for (const id of IDS) await store.library.remove(id);
  };
  const side: Side = { name: 'bundled', store, clock, nextStartMs: () => NOW + weeks++ * 604_800_000, empty };
  const property = fc.asyncProperty(worlds, async (world) => {
    const ids = world.cases.map(() => `world-${String(++cases).padStart(6, '0')}`);
    await playWorld(side, world, ids);
    for (const caseId of ids) {
      const texts: string[] = [];
      const parts = {
        store,
        catalogue: aCatalogue(),
        config: GovernorConfig.parse({}),
        simulated: false,
        outputFolder: folder,
        secrets: createKnownSecrets([]),
        version: VERSION,
        now: clock.now,
      };
      await writeBundle(caseId, parts, (text) => void texts.push(text));
      const report = await verified(texts.join(''));
      expect(report.faults).toEqual([]);
      for (const { body } of await store.caseLog.read(caseId)) kinds.add(body.kind);
    }
  });
  try {
    await fc.assert(property, { numRuns: WORLDS, interruptAfterTimeLimit: WITHIN_MS });
  } finally {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  }
  for (const kind of ['approved', 'voided', 'execution_started', 'verified', 'learned']) expect(kinds).toContain(kind);
});
