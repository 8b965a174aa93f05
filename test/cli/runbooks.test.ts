import { expect, test } from 'vitest';
import { openSqliteStore } from '../../src/stores/sqlite/store.ts';
import { storeFileIn } from '../../src/stores/sqlite/store-file.ts';
import { anIncident, aRunbook } from '../fixtures/builders.ts';
import { onHome } from './governor.ts';

const learned = (caseId: string, status: 'learned' | 'accepted' | 'discarded') =>
  aRunbook({ id: `learned:${caseId}`, status, from_case: caseId, ...(status === 'learned' ? {} : { accepted_by: 'U0000LEAD' }) });

/** A home with three cases, each of which taught something. */
async function taught() {
  const home = onHome();
  const store = await openSqliteStore({
    file: storeFileIn(home.home),
    now: Date.now,
    log: { warn: () => undefined, error: () => undefined },
  });
  for (const id of ['inc-001', 'inc-002', 'inc-003'])
    await store.caseLog.append(
      id,
      0,
      { kind: 'incident_opened', incident: anIncident({ id }), channel: 'C1', intake_key: id },
      { entryId: crypto.randomUUID(), at: new Date().toISOString(), open: false },
    );
  const other = aRunbook({ id: 'rb-other', status: 'discarded' });
  await store.library.put([
    learned('inc-001', 'learned'),
    learned('inc-002', 'accepted'),
    learned('inc-003', 'discarded'),
    other,
  ]);
  await store.close();
  return home;
}

test('what was learned is listed with what became of it, and discarded ones can be removed, after asking', async () => {
  const { run, json } = await taught();
  expect(await json('runbooks', 'list')).toMatchObject([
    { id: 'learned:inc-003', status: 'discarded', decided_by: 'U0000LEAD' },
    { id: 'learned:inc-002', status: 'accepted', failures: 0 },
    { id: 'learned:inc-001', status: 'learned', decided_by: null, from_case: 'inc-001' },
  ]);
  expect(await json('runbooks', 'list', '--status', 'learned')).toMatchObject([{ id: 'learned:inc-001' }]);
  expect(await json('runbooks', 'purge', '--dry-run')).toEqual({ ids: ['learned:inc-003'], dry_run: true, removed: 0 });
  expect((await run('runbooks', 'purge')).code).toBe(2);
  expect(await json('runbooks', 'purge', '--yes')).toEqual({ ids: ['learned:inc-003'], dry_run: false, removed: 1 });
  expect((await run('documents', 'get', 'learned:inc-003')).code).toBe(1);
  for (const id of ['learned:inc-001', 'learned:inc-002', 'rb-other']) expect((await run('documents', 'get', id)).code).toBe(0);
  expect(await run('runbooks', 'purge')).toMatchObject({ code: 0, out: 'Nothing to do: no discarded runbook is there.\n' });
});

test('without a personal key nothing on the command line accepts a runbook: that would raise rights without knowing who asks', async () => {
  const { run, json } = await taught();
  for (const verb of ['accept', 'discard']) {
    const { code, err } = await run('runbooks', verb, 'learned:inc-001');
    expect(code).toBe(2);
    expect(err).toMatch(/give --key FILE/);
  }
  expect(await json('runbooks', 'list', '--status', 'learned')).toMatchObject([{ id: 'learned:inc-001' }]);
});
