import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type BundleLine, PARTS, type PartOf } from '../../contracts/bundle.ts';
import { hashOf, sha256 } from '../../pipeline/hash.ts';
import { createKnownSecrets } from '../../src/log/known-secrets.ts';
import { aCatalogue, aLogLine, anAction, anEvidence, aPolicy, aRestart, blockingDocuments } from '../fixtures/builders.ts';
import { bundling, parsedLines, seenThrough } from './bundled-case.ts';

const partsOf = <K extends BundleLine['part']>(text: string, part: K): PartOf<K>[] =>
  parsedLines(text).filter((line): line is PartOf<K> => line.part === part);

const documentIn = (text: string, id: string): PartOf<'document'> => {
  const found = partsOf(text, 'document').find((document) => document.id === id);
  if (found === undefined) throw new Error(`the bundle has no document ${id}`);
  return found;
};

/** A case that was approved, ran, recovered and was learned from. */
async function approvedCase(options: Parameters<typeof bundling>[0] = {}) {
  const stage = await bundling({ documents: blockingDocuments, ...options });
  const { caseId } = await stage.governor.decide();
  await stage.governor.approve(await stage.governor.reload(caseId));
  const state = await seenThrough(stage.governor, caseId);
  return { ...stage, caseId, state };
}

describe('a bundle', () => {
  test('holds every entry of the case exactly as it is stored, in the order of the chain', async () => {
    const { governor, bundle, caseId, state } = await approvedCase();
    expect(state.status).toBe('resolved');
    const { text, bundled } = await bundle(caseId);
    const entries = await governor.store.caseLog.read(caseId);
    expect(partsOf(text, 'entry').map(({ row }) => row)).toEqual(entries);
    expect(bundled).toMatchObject({ case_id: caseId, entries: entries.length, broken: null, secrets_at: [] });
    expect(partsOf(text, 'bundle')).toMatchObject([
      {
        case_id: caseId,
        program: { name: 'safety-governor', version: '1.2.3' },
        entries: entries.length,
        last: { seq: state.seq, hash: state.hash },
        service: 'billing-batch',
        severity: 'medium',
        status: 'resolved',
        revisions: 1,
        simulated: true,
      },
    ]);
  });

  test('has its parts in one order and ends with the hash of all lines before', async () => {
    const { bundle, caseId } = await approvedCase();
    const { text, bundled } = await bundle(caseId);
    const places = parsedLines(text).map(({ part }) => PARTS.indexOf(part));
    expect(places).toEqual([...places].sort((one, other) => one - other));
    expect(new Set(places).size).toBe(PARTS.length);
    const [seal = ''] = text.trimEnd().split('\n').slice(-1);
    const content = text.slice(0, text.length - seal.length - 1);
    expect(JSON.parse(seal)).toEqual({
      part: 'seal',
      lines: content.split('\n').length - 1,
      sha256: sha256(content),
      not_hashed: { exported_at: '2026-12-01T00:00:00.000Z' },
    });
    expect(bundled).toMatchObject({ sha256: sha256(content), lines: text.split('\n').length - 1 });
  });

  test('is the same to the byte whenever it is written, but for the labelled time', async () => {
    const { bundle, caseId } = await approvedCase();
    const { text, bundled } = await bundle(caseId);
    const later = await bundle(caseId, { now: () => Date.parse('2027-01-01T00:00:00.000Z') });
    expect(later.text).toBe(text.replace('2026-12-01T00:00:00.000Z', '2027-01-01T00:00:00.000Z'));
    expect(later.bundled.sha256).toBe(bundled.sha256);
  });

  test('of a case that nobody knows is refused', async () => {
    const { bundle } = await bundling();
    await expect(bundle('inc-404')).rejects.toMatchObject({ code: 'unknown_case' });
  });

  test('of a case that has no plan yet is a bundle too', async () => {
    const { governor, bundle } = await bundling();
    const { caseId } = await governor.decide();
    const first = (await governor.store.caseLog.read(caseId))[0]?.body;
    if (first?.kind !== 'incident_opened') throw new Error('a case begins otherwise');
    await governor.cases.open('inc-fresh', { ...first, incident: { ...first.incident, id: 'inc-fresh' } });
    const { text } = await bundle('inc-fresh');
    expect(parsedLines(text).map(({ part }) => part)).toEqual(['bundle', 'entry', 'gate_config', 'card', 'output', 'seal']);
  });
});

describe('what stood around the case', () => {
  test('is the lock of its service and the switch, from the last entry before it to the last that concerns it', async () => {
    const { governor, bundle } = await bundling();
    const by = { by: 'U0000LEAD', via: 'button' as const };
    const pauses = async (reason: string) => {
      await governor.pause.write({ kind: 'paused', ...by, reason });
      governor.clock.ms += 1_000;
      await governor.pause.write({ kind: 'resumed', ...by, reason });
      governor.clock.ms += 1_000;
    };
    await pauses('long ago');
    await pauses('before');
    const other = await seenThrough(governor, (await governor.decide()).caseId);
    governor.clock.ms += 60_000;
    const { caseId } = await governor.decide();
    await pauses('meanwhile');
    await seenThrough(governor, caseId);
    governor.clock.ms += 60_000;
    await pauses('afterwards');
    await seenThrough(governor, (await governor.decide()).caseId);

    const { text } = await bundle(caseId);
    const context = partsOf(text, 'context').map(({ row: { case_id, body } }) => [case_id, body] as const);
    const switched = context.flatMap(([log, body]) => (log === '~switch' ? [body] : []));
    expect(switched).toMatchObject([
      { kind: 'resumed', reason: 'before' },
      { kind: 'paused', reason: 'meanwhile' },
      { kind: 'resumed', reason: 'meanwhile' },
    ]);
    const locked = context.flatMap(([log, body]) => (log === '~lock:billing-batch' ? [body] : []));
    expect(locked).toMatchObject([
      { kind: 'lock_released', case_id: other.caseId },
      { kind: 'lock_taken', case_id: caseId },
      { kind: 'lock_released', case_id: caseId },
    ]);
  });

  test('are the places of its own executions, and those of others only where it had to wait for one', async () => {
    const limits = { executions_max: 1, window_s: 600 };
    const { governor, bundle } = await bundling({ config: { blast_radius: limits } });
    const first = await seenThrough(governor, (await governor.decide()).caseId);
    governor.clock.ms += 1_000;
    const second = await governor.decide();
    await governor.steps.execute(await governor.reload(second.caseId));
    expect((await governor.reload(second.caseId)).waiting).toMatchObject({ for: 'blast_radius' });
    const slotsOf = async (caseId: string): Promise<unknown[]> =>
      partsOf((await bundle(caseId)).text, 'context').flatMap(({ row: { case_id, body } }) =>
        case_id === '~executions' ? [body] : [],
      );
    expect(await slotsOf(first.caseId)).toMatchObject([{ kind: 'slot_taken', case_id: first.caseId }]);
    expect(await slotsOf(second.caseId)).toMatchObject([{ kind: 'slot_taken', case_id: first.caseId }]);
  });
});

describe('what the decision rested on, as it is now', () => {
  test('is said to be unchanged, changed or vanished by the hash that was recorded', async () => {
    const { governor, bundle, caseId } = await approvedCase();
    const before = documentIn((await bundle(caseId)).text, 'ev-103');
    expect(before).toMatchObject({ present: 'unchanged', redacted: false, document: { text: anEvidence().text } });
    expect(before.recorded).toEqual([{ revision: 1, hash: before.hash_now, role: 'support', cited: true }]);

    await governor.store.library.put([anEvidence({ text: 'Scaling the worker pool was tried and the backlog stayed.' })]);
    await governor.store.library.remove('ev-901');
    const { text } = await bundle(caseId);
    const changed = documentIn(text, 'ev-103');
    expect(changed).toMatchObject({ present: 'changed', recorded: before.recorded });
    expect(changed.hash_now).not.toBe(before.hash_now);
    expect(documentIn(text, 'ev-901')).toMatchObject({ present: 'vanished', hash_now: null, document: null });
    expect(documentIn(text, 'ev-900')).toMatchObject({ present: 'unchanged' });
  });

  test('includes the policies that forbade it, and names a line of the live logs without asking for it', async () => {
    const plan = (incident_id: string) => ({
      incident_id,
      proposed_action: 'scale_worker_pool',
      parameters: {},
      rationale: 'The log says so.',
      key_claims: [{ claim: 'The worker pool is exhausted', document_ids: ['log:billing-batch:1'] }],
      confidence_initial: 7,
      retrieved_context_ids: [],
    });
    const { governor, bundle } = await bundling({ documents: [aPolicy()], plan });
    governor.telemetry.logLine = async () => aLogLine();
    const { caseId } = await governor.decide();
    const { text } = await bundle(caseId);
    expect(documentIn(text, 'pol-01')).toMatchObject({
      recorded: [{ revision: 1, role: 'policy' }],
      present: 'unchanged',
      document: { rule: aPolicy().rule },
    });
    expect(documentIn(text, 'log:billing-batch:1')).toMatchObject({ present: 'not_asked', hash_now: null, document: null });
  });

  test('tells of the catalogue whether its entry still is the decided one, and a card never shows another', async () => {
    const { bundle, caseId } = await approvedCase();
    const entry = anAction();
    const { text } = await bundle(caseId);
    expect(partsOf(text, 'action')).toEqual([
      {
        part: 'action',
        action_id: entry.id,
        recorded: [{ revision: 1, hash: hashOf(entry) }],
        present: 'unchanged',
        hash_now: hashOf(entry),
        redacted: false,
        action: entry,
      },
    ]);
    expect(partsOf(text, 'card')[0]?.text).toContain(entry.title);

    const changed = aCatalogue([anAction({ title: 'Something else' }), aRestart()]);
    const other = (await bundle(caseId, { catalogue: changed })).text;
    expect(partsOf(other, 'action')).toMatchObject([{ present: 'changed', action: { title: 'Something else' } }]);
    for (const { text: card } of partsOf(other, 'card')) expect(card).not.toContain('Something else');
    const gone = (await bundle(caseId, { catalogue: aCatalogue([aRestart()]) })).text;
    expect(partsOf(gone, 'action')).toMatchObject([{ present: 'vanished', action: null }]);
  });

  test('gives the thresholds of the decision, read back from its rules, beside those of now', async () => {
    const gate = { contradictions_max: 3, coverage_min: 0.1 + 0.2, thin_coverage_min: 0.75 };
    const { governor, bundle, caseId } = await approvedCase({ config: { gate } });
    const now = { contradictions_max: 5, coverage_min: 0, thin_coverage_min: null };
    const { text } = await bundle(caseId, { config: { ...governor.config, gate: now } });
    expect(partsOf(text, 'gate_config')).toEqual([
      { part: 'gate_config', recorded: [{ revision: 1, hash: hashOf(gate), limits: gate }], now, hash_now: hashOf(now) },
    ]);
  });
});

describe('the cards', () => {
  test('are there in plain text, as people decided on them and as the revision left them', async () => {
    const { bundle, caseId } = await approvedCase();
    const cards = partsOf((await bundle(caseId)).text, 'card');
    expect(cards.map(({ revision, moment }) => [revision, moment])).toEqual([
      [1, 'decision'],
      [1, 'last'],
    ]);
    const [decided, last] = cards.map(({ text }) => text);
    for (const said of ['Blocked: contradicting evidence', '`ev-900`', '[Approve]', 'scale_worker_pool', '> More workers drain'])
      expect(decided).toContain(said);
    for (const said of ['Resolved', '@U0000LEAD · approval', 'Took effect at 2026-11-22T10:00:01.000Z', 'learned:inc-001'])
      expect(last).toContain(said);
    expect(`${decided}${last}`).not.toMatch(/<!date|<@|&amp;|\*/);
  });

  test('of a voided revision and of the one that followed are both there', async () => {
    const { governor, bundle } = await bundling({ documents: blockingDocuments });
    const { caseId } = await governor.decide();
    await governor.approve(await governor.reload(caseId));
    await governor.store.library.put([anEvidence({ text: 'Scaling the worker pool cleared the backlog of the queue twice.' })]);
    const state = await seenThrough(governor, caseId);
    expect(state.revisions).toHaveLength(2);
    const cards = partsOf((await bundle(caseId)).text, 'card');
    expect(cards.map(({ revision, moment }) => [revision, moment])).toEqual([
      [1, 'decision'],
      [1, 'last'],
      [2, 'decision'],
    ]);
    expect(new Set(cards.map(({ digest }) => digest))).toEqual(new Set(state.revisions.map(({ gated }) => gated?.digest)));
  });
});

describe('the lines of the output files', () => {
  test('are drawn from the entries, and calls of tools are taken from the file, those of this case alone', async () => {
    const { bundle, home, caseId } = await approvedCase();
    const call = (case_id: string | null, tool: string): object => ({
      at: '2026-11-22T10:00:00.000Z',
      call_id: crypto.randomUUID(),
      tool,
      transport: 'inside',
      client: null,
      case_id,
      arguments: `{"query":"${caseId}"}`,
      outcome: 'answered',
      error_code: null,
      document_ids: [],
      answer_chars: 10,
      ms: 1,
    });
    const lines = (calls: object[]): string => calls.map((one) => `${JSON.stringify(one)}\n`).join('');
    writeFileSync(join(home, 'tool_trace.jsonl.1'), lines([call(caseId, 'first')]));
    writeFileSync(
      join(home, 'tool_trace.jsonl'),
      `${lines([call('inc-other', 'theirs'), call(null, 'nobody'), call(caseId, 'second')])}{"case_id":"${caseId}","to`,
    );
    const outputs = partsOf((await bundle(caseId)).text, 'output');
    const of = (file: string) => outputs.flatMap((output) => (output.file === file ? [output.line] : []));
    expect(of('agent_runs').map(({ stage }) => stage)).toEqual(['decision', 'end']);
    expect(of('reliability_metrics').map(({ measure }) => measure)).toEqual(['decision', 'recovery']);
    expect(of('workflow_events').map(({ event }) => event)).toEqual(
      expect.arrayContaining(['incident_opened', 'approved', 'execution_started', 'execution_recorded']),
    );
    expect(of('tool_trace').map(({ tool }) => tool)).toEqual(['first', 'second']);
  });
});

describe('no secret leaves', () => {
  const SECRET = 'correct-horse-battery-staple';
  const TOKEN = `xoxb-${'1234567890'}-${'a'.repeat(24)}`;

  test('that stands in the library, the catalogue, the config or the files', async () => {
    const documents = [...blockingDocuments, anEvidence({ text: `${anEvidence().text} The token was ${TOKEN}.` })];
    const { governor, bundle, home, caseId } = await approvedCase({ documents });
    const call = {
      at: '2026-11-22T10:00:00.000Z',
      call_id: crypto.randomUUID(),
      tool: 'search_runbooks',
      transport: 'http',
      client: SECRET,
      case_id: caseId,
      arguments: `{"query":"${SECRET} ${TOKEN}"}`,
      outcome: 'answered',
      error_code: null,
      document_ids: [],
      answer_chars: 10,
      ms: 1,
    };
    writeFileSync(join(home, 'tool_trace.jsonl'), `${JSON.stringify(call)}\n`);
    const approvers = governor.config.approvers.map((rule) => ({ ...rule, users: [...rule.users, SECRET] }));
    const { text } = await bundle(caseId, {
      catalogue: aCatalogue([anAction({ target: `https://user:${SECRET}@workers` }), aRestart()]),
      config: { ...governor.config, approvers },
      secrets: createKnownSecrets([SECRET]),
    });
    expect(text).not.toContain(SECRET);
    expect(text).not.toContain(TOKEN);
    expect(documentIn(text, 'ev-103')).toMatchObject({ present: 'unchanged', redacted: true });
    expect(partsOf(text, 'action')).toMatchObject([{ present: 'changed', redacted: true }]);
  });

  test('and one that the log holds is told, because its entries go out as they are stored', async () => {
    const { bundle } = await bundling();
    const { governor } = await bundling();
    const { caseId } = await governor.decide({ summary: `the queue lags since ${SECRET} was rotated` });
    const { bundled } = await bundle(caseId, { store: governor.store, secrets: createKnownSecrets([SECRET]) });
    expect(bundled.secrets_at).toEqual([{ case_id: caseId, seq: 0 }]);
  });
});
