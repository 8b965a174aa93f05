import { expect, test } from 'vitest';
import { auditHead } from '../../../src/audit/head.ts';
import { type AuditReport, verifyAudit } from '../../../src/audit/verify.ts';
import type { Elastic } from '../../../src/stores/elasticsearch/elastic.ts';
import type { IndexNames } from '../../../src/stores/elasticsearch/names.ts';
import type { Store } from '../../../src/stores/store.ts';
import { describeWithElasticsearch } from '../../elasticsearch/at-hand.ts';
import { append } from './log-stage.ts';
import { eachOnNewIndices } from './new-indices.ts';

const ENTRIES = 4;
const CASES = ['case-1', 'case-2', '~switch'];

describeWithElasticsearch('the audit of a log in the cluster', () => {
  let elastic: Elastic;
  let names: IndexNames;
  let store: Store;
  eachOnNewIndices(async (made) => {
    ({ elastic, names } = made);
    store = await made.open();
    for (const caseId of CASES) for (let seq = 0; seq < ENTRIES; seq += 1) await append(store, caseId, seq);
  });

  const verify = (): Promise<AuditReport> => verifyAudit(store.audit);
  const faultsOf = ({ faults }: AuditReport): string[] => faults.map(({ case_id, seq, fault }) => `${fault} ${case_id} ${seq}`);
  const change = (id: string, doc: object) =>
    elastic.ask('change', (to) => to.update({ index: names.log, id, routing: id.slice(0, id.lastIndexOf(':')), doc }));
  const remove = (id: string) =>
    elastic.ask('remove', (to) => to.delete({ index: names.log, id, routing: id.slice(0, id.lastIndexOf(':')) }));

  test('an honest log is whole, reserved logs included', async () => {
    expect(await verify()).toMatchObject({ ok: true, logs: CASES.length, entries: CASES.length * ENTRIES, faults: [] });
  });

  test('what is appended while the audit reads belongs to the next one', async () => {
    const [first, second] = await Promise.all([verify(), append(store, 'case-1', ENTRIES)]);
    expect(first.ok).toBe(true);
    expect(second.ok).toBe(true);
    expect(await verify()).toMatchObject({ ok: true, entries: CASES.length * ENTRIES + 1 });
  });

  test.each([
    [
      'an edited body',
      () => change('case-1:2', { body: '{"kind":"failed","problem":"other","step":"plan"}' }),
      'wrong_hash case-1 2',
    ],
    ['an edited time', () => change('case-1:1', { at: '2020-01-01T00:00:00.000Z' }), 'wrong_hash case-1 1'],
    ['an entry taken out of the middle', () => remove('case-2:1'), 'wrong_seq case-2 1'],
    ['a changed place', () => change('case-2:3', { seq: 9 }), 'wrong_seq case-2 3'],
  ])('%s is found', async (_claim, tamper, fault) => {
    await tamper();
    const report = await verify();
    expect(report.ok).toBe(false);
    expect(faultsOf(report)).toContain(fault);
  });

  test('an entry that was moved to another name misleads whoever reads by names, and is found', async () => {
    const { _source: source = {} } = await elastic.ask('one', (to) =>
      to.get<object>({ index: names.log, id: 'case-1:3', routing: 'case-1' }),
    );
    await remove('case-1:3');
    await elastic.ask('move', (to) =>
      to.index({ index: names.log, id: 'elsewhere', routing: 'case-1', document: source, require_alias: true }),
    );
    expect(faultsOf(await verify())).toContain('readers_misled case-1 null');
  });

  test('a log that was cut, and one that is gone, are found against a head kept outside', async () => {
    const head = await auditHead(store.audit);
    await remove('case-1:3');
    for (let seq = 0; seq < ENTRIES; seq += 1) await remove(`case-2:${seq}`);
    expect(faultsOf(await verify()), 'without a head nobody can tell').toEqual([]);
    const faults = (await verifyAudit(store.audit, head)).faults.map(({ fault, case_id }) => `${fault} ${case_id}`);
    expect(faults.sort()).toEqual(['cut case-1', 'removed case-2']);
  });

  test('a log of more entries than one page holds is read to its end', async () => {
    const whole = 1_100;
    for (let seq = ENTRIES; seq < whole; seq += 1) await append(store, 'case-1', seq);
    expect(await verify()).toMatchObject({ ok: true, entries: whole + (CASES.length - 1) * ENTRIES });
  });
});
