import { afterEach, describe, expect, test, vi } from 'vitest';
import type { Entry, EntryBody } from '../../contracts/entry.ts';
import { Incident } from '../../contracts/incident.ts';
import type { CaseState } from '../../pipeline/case-state.ts';
import { createCases } from '../../pipeline/cases.ts';
import { GENESIS, seal } from '../../pipeline/chain.ts';
import type { OpenRequest } from '../../pipeline/intake.ts';
import { createIntake } from '../../pipeline/intake.ts';
import type { CaseLog } from '../../pipeline/ports.ts';
import { redact } from '../../pipeline/redaction.ts';

const NOW = Date.parse('2026-11-22T10:00:00.000Z');

/** The least of a log that opening needs: compare-and-set at the first place. */
function memoryLog() {
  const logs = new Map<string, Entry[]>();
  const log = {
    async append(caseId: string, seq: number, body: EntryBody, { entryId, at }: { entryId: string; at: string }) {
      const there = logs.get(caseId) ?? [];
      if (there.length !== seq) return { ok: false as const, refusal: 'conflict' as const };
      const entry = seal({ case_id: caseId, entry_id: entryId, at, body }, seq, there.at(-1)?.hash ?? GENESIS);
      logs.set(caseId, [...there, entry]);
      return { ok: true as const, entry };
    },
    read: async (caseId: string, from = 0) => (logs.get(caseId) ?? []).slice(from),
    onAppend: () => () => undefined,
  };
  return { log: log as unknown as CaseLog, logs };
}

type World = { stored?: () => Promise<string[]>; measured?: () => Promise<string[]> };

function intakeOf({ stored = async () => ['payments-api', '*'], measured = async () => ['web-front'] }: World = {}) {
  const { log, logs } = memoryLog();
  const clock = { nowMs: NOW, now: () => clock.nowMs };
  const asked = { library: 0, telemetry: 0 };
  const cases = createCases({ log, clock, ids: { entryId: () => crypto.randomUUID(), caseId: () => 'unused' } });
  const services = (kind: 'library' | 'telemetry', answer: () => Promise<string[]>) => ({
    services: () => {
      asked[kind] += 1;
      return answer();
    },
  });
  const intake = createIntake({
    cases,
    library: services('library', stored),
    telemetry: services('telemetry', measured),
    config: {
      services: { 'billing-batch': { channel: 'C0BILLING' }, 'inventory-db': { severity_min: 'high' } },
      channels: { default: 'incidents' },
    },
    clock,
    redact,
  });
  const opened = async (change: Partial<OpenRequest> = {}): Promise<CaseState> => {
    const outcome = await intake.open(request(change));
    if (!outcome.ok) throw new Error(outcome.refusal);
    return outcome.state;
  };
  return { intake, opened, logs, clock, asked, open: (change: Partial<OpenRequest> = {}) => intake.open(request(change)) };
}

const request = (change: Partial<OpenRequest> = {}): OpenRequest => ({
  service: 'payments-api',
  severity: 'medium',
  summary: 'P99 is up',
  symptoms: [],
  source: 'slash_command',
  openedBy: 'U00ONCALL',
  channel: 'C0INCIDENTS',
  intakeKey: 'command:1.2.3',
  atMs: null,
  anyway: false,
  ...change,
});

afterEach(() => {
  vi.useRealTimers();
});

describe('opening a case', () => {
  test('the incident is in the log, whole and valid, when the answer is ok', async () => {
    const { opened, logs } = intakeOf();
    const state = await opened();
    const [entry] = logs.get(state.caseId) ?? [];
    expect(entry?.body).toMatchObject({ kind: 'incident_opened', channel: 'C0INCIDENTS', intake_key: 'command:1.2.3' });
    expect(Incident.safeParse(state.incident).success).toBe(true);
    expect(state.incident).toMatchObject({
      severity: 'medium',
      severity_source: 'stated',
      opened_at: '2026-11-22T10:00:00.000Z',
    });
  });

  test.each([
    ['below the floor', 'low', 'high', 'service_floor'],
    ['at the floor', 'high', 'high', 'stated'],
    ['above the floor', 'critical', 'critical', 'stated'],
  ] as const)('a severity %s (%s) is taken as %s, and its source is said', async (_where, stated, severity, source) => {
    const { incident } = await intakeOf().opened({ service: 'inventory-db', severity: stated });
    expect(incident).toMatchObject({ severity, severity_stated: stated, severity_source: source });
  });

  test.each([
    ['where it was said', 'C0HERE', 'billing-batch', 'C0HERE'],
    ['in the service’s channel', null, 'billing-batch', 'C0BILLING'],
    ['in the default channel', null, 'payments-api', 'incidents'],
  ])('its card goes %s', async (_where, channel, service, expected) => {
    expect((await intakeOf().opened({ channel, service })).channel).toBe(expected);
  });

  test('one message opens one case, whoever delivers it and however often', async () => {
    const { intake, logs } = intakeOf();
    const said = request({ intakeKey: 'message:C1:1700000000.000100', atMs: 1_700_000_000_000, source: 'mention' });
    const outcomes = await Promise.all([intake.open(said), intake.open(said), intake.open({ ...said, openedBy: 'U0OTHER' })]);
    expect(logs.size).toBe(1);
    expect(outcomes.filter((one) => one.ok && one.fresh)).toHaveLength(1);
    expect(new Set(outcomes.map((one) => (one.ok ? one.state.caseId : '')))).toHaveLength(1);
  });

  test('one message opens the same case in two processes that know nothing of each other', async () => {
    const said = { intakeKey: 'message:C1:1700000000.000100', atMs: 1_700_000_000_000 };
    const [first, second] = [intakeOf(), intakeOf()];
    second.clock.nowMs += 86_400_000;
    expect((await first.opened(said)).caseId).toBe((await second.opened(said)).caseId);
  });

  test('a command sent again later opens no second case', async () => {
    const { opened, clock, logs } = intakeOf();
    const first = await opened();
    clock.nowMs += 240_000;
    expect((await opened()).caseId).toBe(first.caseId);
    expect(logs.size).toBe(1);
  });

  test('two commands of one millisecond open two cases', async () => {
    const { opened, logs } = intakeOf();
    await Promise.all([opened({ intakeKey: 'command:a' }), opened({ intakeKey: 'command:b' })]);
    expect(logs.size).toBe(2);
  });

  test('an id taken by another incident is not that incident: the next free one is taken, and the same again', async () => {
    const before = intakeOf();
    const taken = (await before.opened()).caseId;
    const { opened, logs } = intakeOf();
    const [entry] = before.logs.get(taken) ?? [];
    logs.set(taken, [{ ...entry, body: { ...entry?.body, intake_key: 'another' } } as Entry]);

    const caseId = (await opened()).caseId;
    expect(caseId).not.toBe(taken);
    expect((await opened()).caseId).toBe(caseId);
  });
});

describe('what is kept of what was written', () => {
  test('secrets are gone before anything is stored', async () => {
    const { incident } = await intakeOf().opened({
      summary: 'login with password=hunter2hunter2 fails',
      symptoms: ['token: ghp_0123456789abcdefghijklmnopqrstuvwxyzAB'],
    });
    expect(JSON.stringify(incident)).not.toMatch(/hunter2|ghp_/);
    expect(incident.summary).toContain('login with');
  });

  test('a text of ten thousand characters is cut, and says so', async () => {
    const { incident } = await intakeOf().opened({ summary: 'lag '.repeat(2_500) });
    expect(incident.summary.length).toBeLessThanOrEqual(2_000);
    expect(incident.summary).toMatch(/… \[cut: 10000 characters were given\]$/);
  });

  test('a secret is redacted before the cut, wherever the cut would halve it', async () => {
    const key = 'ghp_0123456789abcdefghijklmnopqrstuvwxyzAB';
    for (let at = 1_900; at < 2_000; at += 2) {
      const { incident } = await intakeOf().opened({ summary: `${'x '.repeat(at / 2)}${key} ${'y '.repeat(500)}` });
      expect(incident.summary).not.toContain('ghp_');
    }
  });

  test('no character is cut in half', async () => {
    for (const length of [1_950, 1_951, 1_952]) {
      const { incident } = await intakeOf().opened({ summary: `${'x'.repeat(length)}${'🔥'.repeat(100)}` });
      expect(incident.summary.isWellFormed()).toBe(true);
    }
  });

  test.each([
    ['control characters', 'a\u0000b\u0007c\u001bd', 'a b c d'],
    ['half characters', 'a\ud800b', 'a\ufffdb'],
    ['foreign line ends', 'a\r\nb\rc', 'a\nb\nc'],
  ])('%s are made readable', async (_what, summary, kept) => {
    expect((await intakeOf().opened({ summary })).incident.summary).toBe(kept);
  });

  test.each(['', '   ', '\u0000\u0001', '\n\n'])('a summary of %j is missing', async (summary) => {
    expect(await intakeOf().open({ summary })).toEqual({ ok: false, refusal: 'summary_missing' });
  });

  test('symptoms beyond the twentieth are counted, not dropped in silence', async () => {
    const { incident } = await intakeOf().opened({
      symptoms: Array.from({ length: 30 }, (_unused, index) => `symptom ${index}`),
    });
    expect(incident.symptoms).toHaveLength(20);
    expect(incident.symptoms.at(-1)).toBe('… and 11 more symptoms that were left out');
  });
});

describe('which services an incident may be about', () => {
  test.each([
    ['config', 'billing-batch'],
    ['a document', 'payments-api'],
    ['telemetry', 'web-front'],
  ])('one that %s names is known', async (_who, service) => {
    expect((await intakeOf().open({ service })).ok).toBe(true);
  });

  test('another is refused with those that are known, and nothing is written', async () => {
    const { open, logs } = intakeOf();
    const known = ['billing-batch', 'inventory-db', 'payments-api', 'web-front'];
    expect(await open({ service: 'nowhere' })).toEqual({
      ok: false,
      refusal: 'unknown_service',
      service: 'nowhere',
      summary: 'P99 is up',
      known,
    });
    expect(logs.size).toBe(0);
  });

  test('another is opened anyway where whoever may says so', async () => {
    expect((await intakeOf().open({ service: 'nowhere', anyway: true })).ok).toBe(true);
  });

  test.each(['*', 'A b', '', '-x', 'x'.repeat(101), '__proto__'])('%j names no service, whoever says so', async (service) => {
    expect(await intakeOf().open({ service, anyway: true })).toEqual({ ok: false, refusal: 'service_malformed' });
  });

  test('telemetry that fails keeps no incident from being opened', async () => {
    const measured = () => Promise.reject(new Error('down'));
    expect((await intakeOf({ measured }).open({ service: 'only-in-telemetry' })).ok).toBe(true);
  });

  test('telemetry that hangs keeps no incident waiting for long', async () => {
    vi.useFakeTimers();
    const opening = intakeOf({ measured: () => new Promise(() => undefined) }).open({ service: 'only-in-telemetry' });
    await vi.advanceTimersByTimeAsync(1_000);
    expect((await opening).ok).toBe(true);
  });

  test('a library that fails is a fault, not an unknown service', async () => {
    await expect(intakeOf({ stored: () => Promise.reject(new Error('disk')) }).open({ service: 'nowhere' })).rejects.toThrow(
      'disk',
    );
  });

  test('a storm of incidents asks once, and a service once seen is not asked for again', async () => {
    const { opened, asked, clock } = intakeOf();
    await Promise.all(Array.from({ length: 50 }, (_unused, index) => opened({ intakeKey: `command:${index}` })));
    clock.nowMs += 30_000;
    await opened({ intakeKey: 'command:later' });
    expect(asked).toEqual({ library: 1, telemetry: 1 });
  });

  test('a service that appears is known a moment later', async () => {
    const names = ['payments-api'];
    const { open, clock } = intakeOf({ stored: async () => [...names] });
    expect((await open({ service: 'newcomer' })).ok).toBe(false);
    names.push('newcomer');
    clock.nowMs += 2_000;
    expect((await open({ service: 'newcomer' })).ok).toBe(true);
  });
});
