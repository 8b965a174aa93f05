import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { GovernorConfig } from '../../contracts/config.ts';
import { GateConfig, type GateOutput } from '../../contracts/gate.ts';
import type { ReplayedCase, UnreadableCase } from '../../contracts/replay.ts';
import type { CaseLog } from '../../pipeline/ports.ts';
import { replay } from '../../src/replay/replay.ts';
import { replayWith } from '../../src/replay/replay-case.ts';
import { openSqliteStore } from '../../src/stores/sqlite/store.ts';
import { aCase } from '../fixtures/a-case.ts';
import { someFindings, someLimits } from '../fixtures/arbitraries.ts';
import { NOW } from '../fixtures/builders.ts';
import { inProcess } from '../fixtures/in-process.ts';
import { newFile, quiet } from '../stores/sqlite-stage.ts';
import { DAY_MS, found, MONTH, record, recordCase, recordMonth } from './recorded-cases.ts';

let file: string;
let log: CaseLog;
beforeEach(async () => {
  file = newFile();
  const store = await openSqliteStore({ file, now: Date.now, log: quiet });
  log = store.caseLog;
  onTestFinished(() => store.close());
});

type Asked = {
  config?: Record<string, unknown>;
  sinceMs?: number;
  caseIds?: readonly string[];
  from?: Pick<CaseLog, 'read' | 'list'>;
};

async function replayed({ config = {}, sinceMs, caseIds = [], from = log }: Asked = {}) {
  const told: (ReplayedCase | UnreadableCase)[] = [];
  const all = await replay({
    ...replayWith(GovernorConfig.parse(config), sinceMs),
    log: from,
    caseIds,
    each: (one) => void told.push(one),
  });
  const differing = Object.fromEntries(
    told.flatMap((one) =>
      'differing' in one && one.differing.length > 0 ? [[one.case_id, one.differing.flatMap(({ differs }) => differs)]] : [],
    ),
  );
  return { told, differing, totals: all.totals };
}

const turned = ({ told }: Awaited<ReturnType<typeof replayed>>, caseId: string) => {
  const one = told.find(({ case_id }) => case_id === caseId);
  const [decision] = one !== undefined && 'differing' in one ? one.differing : [];
  return decision === undefined
    ? undefined
    : [decision.recorded, decision.replayed].map(({ decision: name, reasons, needs }) => ({ name, reasons, needs }));
};

describe('with the config that the cases were decided with', () => {
  test('nothing comes out differently, and every case is told, the newest first', async () => {
    await recordMonth(log);
    const { told, differing, totals } = await replayed();
    expect(differing).toEqual({});
    expect(told.map(({ case_id }) => case_id)).toEqual(
      MONTH.map(([caseId]) => caseId)
        .sort()
        .reverse(),
    );
    expect(totals).toEqual({
      cases: 8,
      decisions: 8,
      differing_cases: 0,
      differing_decisions: 0,
      execute_to_block: 0,
      block_to_execute: 0,
      need_nobody: { recorded: 3, replayed: 3 },
      same_thresholds: 8,
      program_faults: 0,
      unreadable_cases: 0,
    });
  });

  test('whatever the findings and the thresholds were', async () => {
    let count = 0;
    const property = fc.asyncProperty(someLimits, someFindings, async (gate, { incident_id: _id, ...findings }) => {
      count += 1;
      const governor = await inProcess({ config: { gate } });
      await governor.decide({ severity: findings.severity });
      const again = await replayed({ from: governor.store.caseLog, config: { gate } });
      expect(again.differing).toEqual({});
      expect(again.totals).toMatchObject({ decisions: 1, same_thresholds: 1, program_faults: 0 });
      await recordCase(log, `inc-${String(count).padStart(4, '0')}`, found(findings));
    });
    await fc.assert(property, { numRuns: 20 });
    const { totals } = await replayed();
    expect(totals).toMatchObject({ decisions: count, differing_decisions: 0, same_thresholds: count });
  });
});

describe('with other thresholds', () => {
  test('stricter ones list exactly the cases that would be blocked, or blocked for more', async () => {
    await recordMonth(log);
    const all = await replayed({ config: { gate: { contradictions_max: 1, thin_coverage_min: 0.75 } } });
    expect(all.differing).toEqual({
      'inc-one-against': ['decision', 'reasons', 'needs', 'flips'],
      'inc-two-against': ['flips'],
      'inc-three-against': ['flips'],
      'inc-half-covered': ['decision', 'reasons', 'needs', 'flips'],
      'inc-unsupported': ['reasons', 'flips'],
    });
    expect(turned(all, 'inc-one-against')).toEqual([
      { name: 'execute', reasons: [], needs: 'none' },
      { name: 'block_and_escalate', reasons: ['contradictions'], needs: 'approve' },
    ]);
    expect(all.totals).toMatchObject({
      differing_cases: 5,
      execute_to_block: 2,
      block_to_execute: 0,
      need_nobody: { recorded: 3, replayed: 1 },
      same_thresholds: 0,
      program_faults: 0,
    });
  });

  test('looser ones list exactly the cases that would run, or need less', async () => {
    await recordMonth(log);
    const all = await replayed({ config: { gate: { contradictions_max: 3, coverage_min: 0 } } });
    expect(all.differing).toEqual({
      'inc-two-against': ['decision', 'reasons', 'needs', 'flips'],
      'inc-three-against': ['flips'],
      'inc-unsupported': ['decision', 'reasons', 'needs', 'flips'],
    });
    expect(turned(all, 'inc-two-against')).toEqual([
      { name: 'block_and_escalate', reasons: ['contradictions'], needs: 'approve' },
      { name: 'execute', reasons: [], needs: 'none' },
    ]);
    expect(all.totals).toMatchObject({ execute_to_block: 0, block_to_execute: 2, need_nobody: { recorded: 3, replayed: 5 } });
  });

  test('never pass what no threshold passes', async () => {
    await recordMonth(log);
    const { differing } = await replayed({ config: { gate: { contradictions_max: 100, coverage_min: 0 } } });
    expect(Object.keys(differing)).not.toContain('inc-critical');
    expect(Object.keys(differing)).not.toContain('inc-absolute');
  });
});

test('another list of sources changes who is needed, and is no fault of the program', async () => {
  await recordMonth(log);
  const { told, differing, totals } = await replayed({ config: { auto_execute: { sources: ['mention'] } } });
  expect(differing).toEqual({ 'inc-clean': ['needs'], 'inc-one-against': ['needs'], 'inc-half-covered': ['needs'] });
  expect(totals).toMatchObject({ same_thresholds: 8, program_faults: 0, need_nobody: { recorded: 3, replayed: 0 } });
  expect(turned({ told, differing, totals }, 'inc-clean')).toMatchObject([{ needs: 'none' }, { needs: 'approve' }]);
});

describe('a program that does not do what it did', () => {
  const forged = (change: (gate: GateOutput) => Partial<GateOutput>) =>
    aCase(found({ contradictions: 2 }))
      .decided()
      .entries.map(({ body }) => (body.kind === 'gated' ? { ...body, gate: { ...body.gate, ...change(body.gate) } } : body));

  test.each<[string, (gate: GateOutput) => Partial<GateOutput>, string[]]>([
    ['another decision', () => ({ decision: 'execute', reasons: [] }), ['decision', 'reasons', 'needs']],
    ['other ways out', () => ({ flips: [] }), ['flips']],
    ['a rule that measured otherwise', ({ rules }) => ({ rules: rules.map((rule) => ({ ...rule, measured: null })) }), ['rules']],
  ])('shows itself by %s from the same findings and thresholds', async (_what, change, differs) => {
    await recordMonth(log);
    await record(log, 'inc-forged', forged(change));
    const all = await replayed();
    expect(all.differing).toEqual({ 'inc-forged': differs });
    expect(all.totals).toMatchObject({ program_faults: 1, differing_decisions: 1 });
    expect(all.told.find(({ case_id }) => case_id === 'inc-forged')).toMatchObject({
      differing: [{ thresholds: 'same', program_fault: true }],
    });
    const other = await replayed({ config: { gate: { contradictions_max: 7 } } });
    expect(other.totals.program_faults).toBe(0);
  });
});

describe('what is made again', () => {
  test('is every revision of a case', async () => {
    const bodies = aCase()
      .decided()
      .voided()
      .planned()
      .stressed()
      .gated()
      .shown()
      .entries.map(({ body }) => body);
    await record(log, 'inc-twice', bodies);
    const { told, totals } = await replayed({ config: { gate: { coverage_min: 1, thin_coverage_min: 1 } } });
    expect(told).toMatchObject([{ case_id: 'inc-twice', decisions: 2 }]);
    expect(totals).toMatchObject({ cases: 1, decisions: 2 });
  });

  test('are the decisions since a moment, and of older cases only the end is read', async () => {
    await recordCase(log, 'inc-1-old', found({ contradictions: 1 }));
    await recordCase(log, 'inc-2-new', found({ contradictions: 1 }), 10);
    const bodies = aCase(found({ contradictions: 1 }))
      .decided()
      .entries.map(({ body }) => body);
    await record(log, 'inc-3-both', bodies);
    const options = { entryId: crypto.randomUUID(), at: new Date(NOW + 10 * DAY_MS).toISOString(), open: false };
    await log.append('inc-3-both', bodies.length, { kind: 'expired', revision: 1 }, options);
    const read: string[] = [];
    const from = {
      list: log.list,
      read: async (caseId: string, fromSeq = 0) => {
        const entries = await log.read(caseId, fromSeq);
        read.push(`${caseId} ${entries.length}`);
        return entries;
      },
    };
    const { differing, totals } = await replayed({
      from,
      sinceMs: NOW + 5 * DAY_MS,
      config: { gate: { contradictions_max: 1 } },
    });
    expect(Object.keys(differing)).toEqual(['inc-2-new']);
    expect(totals).toMatchObject({ cases: 1, decisions: 1 });
    expect(read).toContain('inc-1-old 1');
    expect(read.filter((one) => one.startsWith('inc-1-old'))).toHaveLength(1);
  });

  test('are the named cases alone; one that is not there is refused', async () => {
    await recordMonth(log);
    const { told } = await replayed({ caseIds: ['inc-clean', 'inc-critical', 'inc-clean'] });
    expect(told.map(({ case_id }) => case_id)).toEqual(['inc-clean', 'inc-critical']);
    await expect(replayed({ caseIds: ['inc-404'] })).rejects.toMatchObject({ code: 'unknown_case' });
  });

  test('leaves out a case that nothing was decided about', async () => {
    await record(
      log,
      'inc-open',
      aCase()
        .opened()
        .posted()
        .planned()
        .entries.map(({ body }) => body),
    );
    expect((await replayed()).totals).toMatchObject({ cases: 0, decisions: 0 });
  });
});

describe('a log that somebody has been in', () => {
  test.each<[string, string]>([
    ['a body that is no JSON', `UPDATE entries SET body = '{' WHERE case_id = 'inc-clean' AND seq = 2`],
    ['a column of another type', `UPDATE entries SET at = 7 WHERE case_id = 'inc-clean' AND seq = 2`],
    ['a missing entry', `DELETE FROM entries WHERE case_id = 'inc-clean' AND seq = 2`],
    ['a missing beginning', `DELETE FROM entries WHERE case_id = 'inc-clean' AND seq = 0`],
  ])('names the case with %s, counts it, and makes all others again', async (_what, sql) => {
    await recordMonth(log);
    const db = new DatabaseSync(file);
    db.exec(sql);
    db.close();
    const { told, totals } = await replayed();
    expect(told).toHaveLength(MONTH.length);
    expect(told.filter((one) => 'problem' in one)).toMatchObject([{ case_id: 'inc-clean', problem: expect.stringMatching(/./) }]);
    expect(totals).toMatchObject({ cases: 8, decisions: 7, differing_cases: 0, unreadable_cases: 1 });
  });

  test('and a store that is away ends the replay: no answer is no difference', async () => {
    await recordMonth(log);
    const away = { list: log.list, read: () => Promise.reject(Object.assign(new Error('no answer'), { code: 'store_away' })) };
    await expect(replayed({ from: away })).rejects.toThrow('no answer');
  });
});

test('a long log goes through a bounded memory: few cases are held at a time, and whoever is told of them is waited for', async () => {
  const entries = aCase().decided().entries;
  const CASES = 2_000;
  let reading = 0;
  let untold = 0;
  let most = 0;
  const ids = Array.from({ length: CASES }, (_, at) => `inc-${String(CASES - at).padStart(6, '0')}`);
  const from: Pick<CaseLog, 'read' | 'list'> = {
    list: async (limit, before) => {
      const start = before === undefined ? 0 : ids.indexOf(before) + 1;
      return ids.slice(start, start + limit).map((case_id) => ({ case_id, seq: entries.length - 1, hash: '', open: false }));
    },
    read: async () => {
      reading += 1;
      untold += 1;
      most = Math.max(most, untold);
      await Promise.resolve();
      reading -= 1;
      return entries;
    },
  };
  const asked = replayWith({ gate: GateConfig.parse({}), auto_execute: { sources: ['slash_command'] } });
  const each = async (): Promise<void> => {
    await new Promise((resolve) => setImmediate(resolve));
    untold -= 1;
  };
  const { totals } = await replay({ ...asked, log: from, caseIds: [], each });
  expect(totals).toMatchObject({ cases: CASES, decisions: CASES, differing_cases: 0 });
  expect({ reading, untold }).toEqual({ reading: 0, untold: 0 });
  expect(most).toBeLessThanOrEqual(16);
});
