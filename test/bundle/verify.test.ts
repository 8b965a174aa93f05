import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalJson } from '../../pipeline/canonical.ts';
import { createDecisions } from '../../pipeline/decisions.ts';
import { auditHead } from '../../src/audit/head.ts';
import { LINE_BYTES_MAX } from '../../src/bundle/verify/byte-lines.ts';
import { verifyBundle } from '../../src/bundle/verify/verify-bundle.ts';
import { LISTED_PEOPLE } from '../../src/cli/personal.ts';
import { anEvidence, aPolicy, blockingDocuments } from '../fixtures/builders.ts';
import type { InProcess, InProcessOptions } from '../fixtures/in-process.ts';
import { aKeyHolder, listing } from '../fixtures/personal.ts';
import {
  bundling,
  faultsOf,
  inChunks,
  type Line,
  rechained,
  resealed,
  seenThrough,
  verified,
  withBodies,
} from './bundled-case.ts';

type Stage = Awaited<ReturnType<typeof bundling>>;

async function ran(options: InProcessOptions = {}, before?: (stage: Stage, caseId: string) => Promise<unknown>) {
  const stage = await bundling(options);
  const { caseId } = await stage.governor.decide();
  await before?.(stage, caseId);
  const state = await seenThrough(stage.governor, caseId);
  const { text } = await stage.bundle(caseId);
  return { ...stage, caseId, state, text };
}

const approve = async ({ governor }: Stage, caseId: string) => governor.approve(await governor.reload(caseId));
const approved = () => ran({ documents: blockingDocuments }, approve);
const by = { by: 'U0000LEAD', via: 'button' as const, event_key: null, reason: null };

const LEAD = aKeyHolder('U0000LEAD');

async function signedApproval({ cases, clock, config, reload }: InProcess, caseId: string): Promise<void> {
  const { signer } = LEAD;
  const decisions = createDecisions({ cases, people: LISTED_PEOPLE, clock, rules: config.approvers, timings: config, signer });
  const digest = (await reload(caseId)).revisions[0]?.gated?.digest ?? null;
  const attempt = { kind: 'approve' as const, caseId, revision: 1, digest, by: LEAD.user, eventKey: null, reason: 'read twice' };
  expect(await decisions.record({ ...attempt, via: 'cli' })).toMatchObject({ ok: true });
}

describe('an honest bundle holds', () => {
  test.each<[string, () => ReturnType<typeof ran>, string]>([
    ['of a case that ran by itself', () => ran(), 'resolved'],
    ['of one that was approved', approved, 'resolved'],
    ['of one that nobody has decided about yet', () => ran({ documents: blockingDocuments }), 'pending_approval'],
    [
      'of a critical one that was overridden',
      async () => {
        const stage = await bundling();
        const { caseId } = await stage.governor.decide({ severity: 'critical', severity_stated: 'critical' });
        await stage.governor.approve(await stage.governor.reload(caseId), 'U0000LEAD', 'override');
        const state = await seenThrough(stage.governor, caseId);
        return { ...stage, caseId, state, text: (await stage.bundle(caseId)).text };
      },
      'resolved',
    ],
    [
      'of one that two people had to approve',
      () =>
        ran(
          { documents: blockingDocuments, config: { approvers: [{ users: ['U0000LEAD', 'U0SECOND'], quorum: 2 }] } },
          async ({ governor }, caseId) => {
            await governor.approve(await governor.reload(caseId));
            await governor.approve(await governor.reload(caseId), 'U0SECOND');
          },
        ),
      'resolved',
    ],
    [
      'of one that was approved on a command line, with a personal key',
      () =>
        ran({ documents: blockingDocuments, config: { approvers: [listing([LEAD])] } }, ({ governor }, caseId) =>
          signedApproval(governor, caseId),
        ),
      'resolved',
    ],
    [
      'of one that was held, released and rejected',
      () =>
        ran({}, async ({ governor }, caseId) => {
          const held = await governor.append(await governor.reload(caseId), { kind: 'held', revision: 1, ...by });
          const released = await governor.append(held, { kind: 'released', revision: 1, ...by });
          await governor.append(released, { kind: 'rejected', revision: 1, ...by });
        }),
      'rejected',
    ],
    [
      'of one whose decision was void and was made again',
      () =>
        ran({ documents: blockingDocuments }, async (stage, caseId) => {
          await approve(stage, caseId);
          await stage.governor.store.library.put([anEvidence({ text: 'Scaling the worker pool cleared the queue twice.' })]);
        }),
      'pending_approval',
    ],
    [
      'of one whose effect nobody knew, until a person settled it',
      () =>
        ran({}, async ({ governor }, caseId) => {
          governor.executor.after = async () => {
            governor.executor.silent = true;
            throw new Error('the line broke');
          };
          await governor.steps.execute(await governor.reload(caseId));
          const state = await governor.reload(caseId);
          expect(state.status).toBe('outcome_unknown');
          const settled = { outcome: 'done' as const, detail: 'seen', effect_at: null, settled_by: 'U0000LEAD' };
          await governor.append(state, { kind: 'execution_recorded', revision: 1, key: `${caseId}:1`, ...settled });
        }),
      'resolved',
    ],
    [
      'of one whose order was stopped by the switch at the last moment',
      () =>
        ran({}, async ({ governor }, caseId) => {
          const { read, write } = governor.pause;
          let asked = 0;
          governor.pause.read = async () => {
            asked += 1;
            if (asked === 3) await write({ kind: 'paused', by: 'U0000LEAD', via: 'button', reason: null });
            return read();
          };
          await governor.steps.execute(await governor.reload(caseId));
          expect((await governor.reload(caseId)).execution?.outcome).toBe('not_sent');
        }),
      'ready_to_execute',
    ],
  ])('%s', async (_of, tell, status) => {
    const { text, state } = await tell();
    expect(state.status).toBe(status);
    const report = await verified(text);
    expect(report.faults).toEqual([]);
    expect(report).toMatchObject({ ok: true, case_id: state.caseId, entries: state.seq + 1, version: '1.2.3' });
    const done = report.checks.filter(({ check }) => check !== 'head' && check !== 'present').map(({ result }) => result);
    expect(new Set(done)).toEqual(new Set(['holds']));
  });

  test('says what it proves and, in the same breath, what it does not', async () => {
    const { text } = await approved();
    const { proves, does_not_prove } = await verified(text);
    expect(proves.join('\n')).toMatch(/one unbroken chain/);
    expect(proves.join('\n')).toMatch(/each approval names the digest/);
    expect(does_not_prove.join('\n')).toMatch(/not sealed anew as a whole/);
    expect(does_not_prove.join('\n')).toMatch(/had the right to decide/);
  });

  test('also where documents have changed since, and then names what can no longer be shown', async () => {
    const { governor, bundle, caseId } = await approved();
    await governor.store.library.put([anEvidence({ text: 'Something else.' })]);
    await governor.store.library.remove('ev-900');
    const report = await verified((await bundle(caseId)).text);
    expect(report).toMatchObject({ ok: true, faults: [] });
    expect(report.notes.map(({ what }) => what).sort()).toEqual(['changed', 'vanished']);
    expect(report.checks).toContainEqual({ check: 'present', result: 'in_part' });
    expect(report.does_not_prove.join('\n')).toContain('`ev-103`, `ev-900`');
  });

  test('also where another version of the program wrote it and draws some lines otherwise', async () => {
    const { text } = await approved();
    const other = resealed(text, (lines) => lines.filter(({ file }) => file !== 'reliability_metrics'));
    expect(await verified(other, { version: '9.9.9' })).toMatchObject({ ok: true, notes: [{ what: 'output_differs' }] });
    expect(faultsOf(await verified(other))).toEqual(['outputs output_differs']);
  });
});

const inEntry = (lines: Line[], kind: string, change: (row: Record<string, unknown>) => object): Line[] =>
  lines.map((line) => {
    const row = line.row as { body: { kind: string } } | undefined;
    return line.part === 'entry' && row?.body.kind === kind ? { ...line, row: { ...row, ...change(row) } } : line;
  });

describe('whoever tampers with a bundle is found', () => {
  test.each<[string, (text: string) => string, string[]]>([
    // Without sealing the file again.
    [
      'a changed letter',
      (text) => text.replace('More workers drain', 'More workers drown'),
      ['chain wrong_hash', 'file altered'],
    ],
    ['a white space more', (text) => text.replace('"part":', '"part": '), ['file altered']],
    ['a line that is gone', (text) => text.split('\n').toSpliced(3, 1).join('\n'), ['chain wrong_seq', 'file altered']],
    ['a missing end', (text) => text.trimEnd().split('\n').slice(0, -1).join('\n'), ['file cut']],
    [
      'a seal for another file',
      (text) => text.replace(/"sha256":"[0-9a-f]/, '"sha256":"x'),
      ['file cut', 'file unreadable_line'],
    ],
    // Sealing the file again, but not the chain.
    [
      'an altered entry',
      (text) =>
        resealed(text, (lines) =>
          inEntry(lines, 'planned', ({ body }) => ({ body: { ...(body as object), planner: 'somebody' } })),
        ),
      ['chain wrong_hash'],
    ],
    [
      'an altered time of an entry',
      (text) => resealed(text, (lines) => inEntry(lines, 'approved', () => ({ at: '2026-11-22T09:00:00.000Z' }))),
      ['chain wrong_hash'],
    ],
    [
      'a dropped entry',
      (text) => resealed(text, (lines) => lines.filter(({ row }) => (row as Row)?.body.kind !== 'approved')),
      ['chain wrong_seq', 'chain wrong_end'],
    ],
    [
      'a dropped last entry',
      (text) =>
        resealed(text, (lines) =>
          lines.toSpliced(
            lines.findLastIndex(({ part }) => part === 'entry'),
            1,
          ),
        ),
      ['chain wrong_end', 'chain wrong_header', 'outputs output_differs'],
    ],
    [
      'two entries in each other’s place',
      (text) => resealed(text, (lines) => [...lines.slice(0, 2), lines[3], lines[2], ...lines.slice(4)] as Line[]),
      ['chain wrong_seq'],
    ],
    [
      'an entry of another case',
      (text) => resealed(text, (lines) => inEntry(lines, 'planned', () => ({ case_id: 'inc-666' }))),
      ['chain wrong_seq'],
    ],
    [
      'a header that tells of a better end',
      (text) => resealed(text, (lines) => [{ ...lines[0], part: 'bundle', status: 'rejected' }, ...lines.slice(1)]),
      ['chain wrong_header'],
    ],
    [
      'a swapped document',
      (text) =>
        resealed(text, (lines) =>
          lines.map((line) =>
            line.id === 'ev-103' ? { ...line, document: { ...(line.document as object), text: 'All is well.' } } : line,
          ),
        ),
      ['present swapped'],
    ],
    [
      'a document under the name of another',
      (text) =>
        resealed(text, (lines) => {
          const other = lines.find(({ id }) => id === 'ev-900');
          return lines.map((line) => (line.id === 'ev-103' ? { ...line, document: other?.document } : line));
        }),
      ['present swapped'],
    ],
    [
      'a swapped document with a hash that fits it',
      (text) =>
        resealed(text, (lines) => {
          const other = lines.find(({ id }) => id === 'ev-900');
          return lines.map((line) =>
            line.id === 'ev-103' ? { ...line, document: other?.document, hash_now: other?.hash_now } : line,
          );
        }),
      ['present wrong_state'],
    ],
    ['a document left out', (text) => resealed(text, (lines) => lines.filter(({ id }) => id !== 'ev-900')), ['present missing']],
    [
      'a document that no decision names',
      (text) =>
        resealed(text, (lines) => lines.flatMap((line) => (line.id === 'ev-900' ? [line, { ...line, id: 'ev-905' }] : [line]))),
      ['present foreign', 'present swapped'],
    ],
    [
      'another hash recorded of a document',
      (text) => resealed(text, (lines) => lines.map((line) => (line.id === 'ev-103' ? { ...line, recorded: [] } : line))),
      ['present recorded_differs'],
    ],
    [
      'another entry of the catalogue',
      (text) =>
        resealed(text, (lines) =>
          lines.map((line) =>
            line.part === 'action' ? { ...line, action: { ...(line.action as object), title: 'Harmless' } } : line,
          ),
        ),
      ['present swapped'],
    ],
    [
      'other thresholds',
      (text) => resealed(text, (lines) => lines.map((line) => (line.part === 'gate_config' ? { ...line, recorded: [] } : line))),
      ['present thresholds_differ'],
    ],
    [
      'an altered line of an output file',
      (text) =>
        resealed(text, (lines) =>
          lines.map((line) =>
            line.file === 'workflow_events' ? { ...line, line: { ...(line.line as object), actor: 'U0' } } : line,
          ),
        ),
      ['outputs output_differs'],
    ],
    [
      'an altered entry of the lock',
      (text) =>
        resealed(text, (lines) =>
          lines.map((line) =>
            line.part === 'context' ? { ...line, row: { ...(line.row as object), at: '2026-11-22T09:00:00.000Z' } } : line,
          ),
        ),
      ['context context_altered'],
    ],
    [
      'a lock that was never taken',
      (text) => resealed(text, (lines) => lines.filter(({ part }) => part !== 'context')),
      ['context without_lock'],
    ],
    [
      'parts in another order',
      (text) => resealed(text, (lines) => [...lines.slice(1), ...lines.slice(0, 1)]),
      ['file wrong_order'],
    ],
    // Sealing the chain again as well.
    [
      'a changed digest',
      (text) => withBodies(text, 'gated', () => ({ digest: 'e'.repeat(64) })),
      [
        'digests digest_differs',
        'approvals shown_other_digest',
        'approvals wrong_digest',
        'effects wrong_digest',
        'outputs output_differs',
      ],
    ],
    [
      'a changed digest wherever it stands',
      (text) => rechained(text.replaceAll(digestIn(text), 'e'.repeat(64)), (rows) => rows),
      ['digests digest_differs'],
    ],
    [
      'a changed decision',
      (text) => withBodies(text, 'gated', ({ gate }) => ({ gate: { ...(gate as object), decision: 'execute', reasons: [] } })),
      ['gate decision_differs', 'digests digest_differs', 'approvals no_consent_asked', 'outputs output_differs'],
    ],
    [
      'changed findings',
      (text) =>
        withBodies(text, 'stressed', ({ stress }) => {
          const told = stress as { findings: object };
          return { stress: { ...told, findings: { ...told.findings, contradictions: 0 } } };
        }),
      ['gate decision_differs', 'outputs output_differs'],
    ],
    [
      'a rule that is said to have passed',
      (text) =>
        withBodies(text, 'gated', ({ gate }) => {
          const told = gate as { rules: object[] };
          return { gate: { ...told, rules: told.rules.map((rule) => ({ ...rule, passed: true })) } };
        }),
      ['gate gate_output_differs', 'outputs output_differs'],
    ],
    [
      'another action in the stress test',
      (text) =>
        withBodies(text, 'stressed', ({ stress }) => ({ stress: { ...(stress as object), action_id: 'restart_api_pods' } })),
      ['digests digest_differs', 'effects other_action', 'present missing', 'present foreign', 'outputs output_differs'],
    ],
    [
      'other parameters at the execution',
      (text) =>
        withBodies(text, 'execution_started', ({ parameters }) => ({ parameters: { ...(parameters as object), workers: 50 } })),
      ['effects other_action', 'outputs output_differs'],
    ],
    [
      'an execution without its approval',
      (text) => rechained(text, (rows) => rows.filter(({ body }) => body.kind !== 'approved')),
      ['effects not_ready', 'effects without_consent', 'outputs output_differs'],
    ],
    [
      'an approval of another digest',
      (text) => withBodies(text, 'approved', () => ({ digest: 'e'.repeat(64) })),
      ['approvals wrong_digest'],
    ],
    [
      'an approval that counts for two',
      (text) => withBodies(text, 'approved', () => ({ count: 2, needed: 2 })),
      ['approvals wrong_count', 'outputs output_differs'],
    ],
    [
      'an approval before the card',
      (text) =>
        rechained(text, (rows) => {
          const given = rows.filter(({ body }) => body.kind === 'approved');
          const rest = rows.filter(({ body }) => body.kind !== 'approved');
          return rest.flatMap((row) => (row.body.kind === 'card_posted' ? [...given, row] : [row]));
        }),
      ['approvals before_shown', 'outputs output_differs'],
    ],
    [
      'an effect whose card Slack never confirmed',
      (text) => rechained(text, (rows) => rows.filter(({ body }) => body.kind !== 'decision_shown')),
      ['approvals before_shown', 'effects not_shown', 'outputs output_differs'],
    ],
    [
      'an outcome without an execution',
      (text) => rechained(text, (rows) => rows.filter(({ body }) => body.kind !== 'execution_started')),
      ['chain does_not_follow', 'chain wrong_header', 'outputs output_differs'],
    ],
    [
      'an outcome under another key',
      (text) => withBodies(text, 'execution_recorded', () => ({ key: 'inc-001:9' })),
      ['effects out_of_order'],
    ],
    [
      'a second execution of the same revision',
      (text) => rechained(text, (rows) => rows.flatMap((row) => (row.body.kind === 'execution_started' ? [row, row] : [row]))),
      ['effects not_ready', 'effects started_twice', 'outputs output_differs'],
    ],
    [
      'a case that begins in its middle',
      (text) => rechained(text, (rows) => rows.slice(1)),
      ['chain does_not_follow', 'chain wrong_header', 'outputs output_differs'],
    ],
    [
      'an entry of no known kind',
      (text) => withKind(text, 'learned', 'free_entry'),
      ['chain unreadable', 'chain wrong_header', 'outputs output_differs'],
    ],
    [
      'an approval on the command line that nobody signed',
      (text) => withBodies(text, 'approved', () => ({ via: 'cli' })),
      ['approvals unsigned', 'effects not_ready', 'effects without_consent', 'outputs output_differs'],
    ],
  ])('%s', async (_what, tamper, faults) => {
    const { text } = await approved();
    const report = await verified(tamper(text));
    expect(report.ok).toBe(false);
    expect(report.proves).toEqual([]);
    expect(faultsOf(report)).toEqual(expect.arrayContaining(faults));
    // Where the chain itself is broken, nothing more can be told of the case behind it.
    if (!faults.includes('chain wrong_hash') && !faults.includes('chain wrong_seq'))
      expect(faultsOf(report).sort()).toEqual([...faults].sort());
    for (const fault of report.faults) expect(fault.detail).not.toBe('');
  });

  test('any byte but those of the labelled time', { timeout: 120_000 }, async () => {
    const { text } = await approved();
    const whole = Buffer.from(text);
    const free = text.lastIndexOf('"exported_at":"') + '"exported_at":"'.length;
    const honest = (await verified(text)).exported_at?.length ?? 0;
    const place = fc.integer({ min: 0, max: whole.length - 1 }).filter((at) => at < free || at >= free + honest);
    const property = fc.asyncProperty(place, fc.integer({ min: 1, max: 255 }), async (at, change) => {
      const bytes = Buffer.from(whole);
      bytes[at] = (bytes[at] ?? 0) ^ change;
      expect((await verifyBundle(one(bytes), { head: null, version: '1.2.3' })).ok).toBe(false);
    });
    await fc.assert(property, { numRuns: 150, interruptAfterTimeLimit: 60_000 });
  });

  test('a signature that is about something else, though the chain is sealed anew', async () => {
    const options = { documents: blockingDocuments, config: { approvers: [listing([LEAD])] } };
    const { text } = await ran(options, ({ governor }, caseId) => signedApproval(governor, caseId));
    expect((await verified(text)).proves.join('\n')).toContain('1 of the decisions were signed with the personal keys');
    const other = withBodies(text, 'approved', () => ({ reason: 'never read' }));
    expect(faultsOf(await verified(other))).toEqual(
      expect.arrayContaining(['approvals wrong_signature', 'effects without_consent']),
    );
    const moved = withBodies(text, 'planned', ({ plan }) => ({ plan: { ...(plan as object), rationale: 'Something else.' } }));
    expect(faultsOf(await verified(moved))).toContain('approvals wrong_signature');
  });

  test('a key given twice, of which readers would take one each', async () => {
    const { text } = await approved();
    const doubled = text.replace('"as":"approve"', '"as":"override","as":"approve"');
    expect(faultsOf(await verified(doubled))).toEqual(expect.arrayContaining(['file unreadable_line']));
  });

  test('an effect while everything was paused', async () => {
    const { governor, bundle, caseId } = await approved();
    const early = await bundling({
      store: governor.store,
      clock: { ...governor.clock, now: () => Date.parse('2026-11-22T09:59:00.000Z') },
    });
    await early.governor.pause.write({ kind: 'paused', by: 'U0000LEAD', via: 'button', reason: null });
    expect(faultsOf(await verified((await bundle(caseId)).text))).toEqual(['context ran_while_paused']);
  });
});

describe('against a head kept outside', () => {
  const headOf = ({ governor }: Stage) => auditHead(governor.store.audit);

  test('an honest bundle is proven up to it', async () => {
    const stage = await approved();
    const head = await headOf(stage);
    const report = await verified(stage.text, { head });
    expect(report).toMatchObject({ ok: true, faults: [] });
    expect(report.checks).toContainEqual({ check: 'head', result: 'holds' });
    expect(report.proves.join('\n')).toContain(`up to entry ${stage.state.seq}`);
  });

  test('a chain that was sealed anew is found, though everything in it holds', async () => {
    const stage = await approved();
    const head = await headOf(stage);
    const other = rechained(stage.text, (rows) =>
      rows.map((row, seq) => (seq === 0 ? { ...row, at: '2026-11-22T10:00:00.500Z' } : row)),
    );
    expect(faultsOf(await verified(other))).toEqual(['outputs output_differs']);
    expect(faultsOf(await verified(other, { head }))).toEqual(['head rechained', 'outputs output_differs']);
  });

  test('a cut end is found', async () => {
    const stage = await approved();
    const head = await headOf(stage);
    const shorter = rechained(stage.text, (rows) => rows.slice(0, -1));
    expect(faultsOf(await verified(shorter, { head }))).toContain('head cut');
  });

  test('an altered head file is found, and one that is older than the case proves nothing', async () => {
    const stage = await approved();
    const head = await headOf(stage);
    expect(faultsOf(await verified(stage.text, { head: { ...head, logs: [] } }))).toEqual(['head head_file_altered']);
    const older = await headOf(await bundling());
    const report = await verified(stage.text, { head: older });
    expect(report).toMatchObject({ ok: true, notes: [{ check: 'head', what: 'not_in_head' }] });
    expect(report.does_not_prove.join('\n')).toContain('give a head kept outside');
  });
});

describe('what is no bundle', () => {
  test.each<[string, string]>([
    ['nothing', ''],
    ['one line feed', '\n'],
    ['a text', 'dear auditor\n'],
    ['JSON of something else', '{"part":"something"}\n'],
    [
      'a seal alone',
      `${canonicalJson({ part: 'seal', lines: 0, sha256: 'e'.repeat(64), not_hashed: { exported_at: '2026-12-01T00:00:00.000Z' } })}\n`,
    ],
    ['bytes that are no text', '\u0000\ud800\n'],
    ['a bundle of a later format', '{"part":"bundle","format":2}\n'],
  ])('%s is a fault, never a crash', async (_what, text) => {
    const report = await verified(text);
    expect(report).toMatchObject({ ok: false, case_id: null, proves: [] });
    expect(report.faults[0]?.check).toBe('file');
  });

  test('a line without an end is not held', async () => {
    const chunk = Buffer.alloc(16 * 1024 * 1024, 'x');
    let read = 0;
    async function* endless(): AsyncGenerator<Buffer> {
      for (;;) {
        read += chunk.length;
        yield chunk;
      }
    }
    const report = await verifyBundle(endless(), { head: null, version: '1.2.3' });
    expect(report.faults).toContainEqual(expect.objectContaining({ what: 'unreadable_line' }));
    expect(read).toBeLessThanOrEqual(LINE_BYTES_MAX + 2 * chunk.length);
  });

  test('of a long file of something else not every line is named', async () => {
    const report = await verified('{"part":"something"}\n'.repeat(5_000));
    expect(report.ok).toBe(false);
    expect(report.faults.length).toBeLessThanOrEqual(1_002);
  });

  test('where chunks end is of no importance', async () => {
    const { text } = await ran({ documents: [anEvidence({ text: `${anEvidence().text} Größenänderung 🚒` }), aPolicy()] });
    for (const bytes of [1, 7, 64_000]) {
      const report = await verifyBundle(inChunks(text, bytes), { head: null, version: '1.2.3' });
      expect(report).toMatchObject({ ok: true, faults: [] });
    }
  });
});

type Row = { body: { kind: string } };
const digestIn = (text: string): string => /"digest":"([0-9a-f]{64})"/.exec(text)?.[1] ?? '';
const withKind = (text: string, kind: string, other: string): string =>
  rechained(text, (rows) => rows.map((row) => (row.body.kind === kind ? { ...row, body: { ...row.body, kind: other } } : row)));

async function* one(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}
