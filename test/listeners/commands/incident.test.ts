import { afterEach, describe, expect, test, vi } from 'vitest';
import { SWITCH_LOG } from '../../../contracts/entry.ts';
import { WORK_MS_MAX } from '../../../listeners/durable-ack.ts';
import { slashBody } from '../payloads.ts';
import type { Stage } from '../stage.ts';
import { GUEST, LEAD, ONCALL, OPENER, openStage, ROBOT, VISITOR } from '../stage.ts';

const BLOCKED = { wrong: { contradictions: 2 } };

afterEach(() => {
  vi.useRealTimers();
});

type Ack = { response_type: string; text: string; blocks?: unknown[] };
async function command(stage: Stage, user: string, text: string, change: Record<string, unknown> = {}): Promise<Ack> {
  const { acks, faults } = await stage.deliver(slashBody(user, text, change));
  expect(faults).toEqual([]);
  expect(acks).toHaveLength(1);
  const [ack] = acks as Ack[];
  return ack!;
}

const shown = (ack: Ack): string => JSON.stringify(ack);

/** The texts in which Slack looks for mentions and links: the message's own, and whatever is marked up. Rich text is not parsed. */
function parsedTexts(ack: Ack): string[] {
  const texts = [ack.text];
  JSON.stringify(ack.blocks ?? [], (_key, value) => {
    if (value?.type === 'mrkdwn') texts.push(value.text);
    return value;
  });
  return texts;
}
const MENTION_OR_LINK = /<(?:!|@|#|http|mailto)/;

describe('/incident service severity summary', () => {
  test('opens a case that is durable before the ack, and tells its author alone', async () => {
    const stage = await openStage();
    let atAck: string[] = [];
    const { acks } = await stage.deliver(slashBody(ONCALL, 'billing-batch high the queue lags'), async () => {
      atAck = await stage.store.caseLog.openCases();
    });
    expect(atAck).toHaveLength(1);
    const state = await stage.stateOf(atAck[0] ?? '');
    expect(state.incident).toMatchObject({
      service: 'billing-batch',
      severity: 'high',
      summary: 'the queue lags',
      source: 'slash_command',
      opened_by: ONCALL,
    });
    expect(state.channel).toBe('C0INCIDENTS');
    expect(acks[0]).toMatchObject({ response_type: 'ephemeral', text: expect.stringContaining(state.caseId) });
    expect(stage.slack.calls).toEqual([]);
  });

  test('sent twice opens one case', async () => {
    const stage = await openStage();
    const body = slashBody(ONCALL, 'billing-batch high the queue lags');
    await stage.deliver(body);
    const { acks } = await stage.deliver(body);
    expect(await stage.store.caseLog.openCases()).toHaveLength(1);
    expect((acks[0] as Ack).text).toMatch(/was opened by this already/);
  });

  test('below the service’s floor says that it was raised', async () => {
    const stage = await openStage();
    expect((await command(stage, ONCALL, 'inventory-db low slow')).text).toMatch(/high.*raised/);
  });

  test.each([
    ['a stranger from a connected workspace', GUEST, /only members of this workspace/],
    ['a bot', ROBOT, /only people/],
    ['an account nobody knows', 'U000NOBODY', /only people/],
  ])('by %s opens nothing', async (_who, user, why) => {
    const stage = await openStage();
    expect((await command(stage, user, 'billing-batch high slow')).text).toMatch(why);
    expect(await stage.store.caseLog.openCases()).toEqual([]);
  });

  test('for a service that nothing names is answered with those that are known and a way to open it anyway', async () => {
    const stage = await openStage();
    const ack = await command(stage, ONCALL, 'nowhere high slow');
    expect(shown(ack)).toMatch(/No service is called/);
    for (const service of ['billing-batch', 'inventory-db', 'web-front']) expect(shown(ack)).toContain(service);
    expect(shown(ack)).toContain('open_anyway');
    expect(ack.response_type).toBe('ephemeral');
    expect(await stage.store.caseLog.openCases()).toEqual([]);
  });

  test('that cannot be written is told as not recorded, and goes to the error door', async () => {
    const stage = await openStage();
    stage.gate.before = () => Promise.reject(new Error('the disk is full'));
    const { acks, faults } = await stage.deliver(slashBody(ONCALL, 'billing-batch high slow'));
    expect((acks[0] as Ack).text).toMatch(/Not recorded/);
    expect(faults).toHaveLength(1);
  });

  test('that takes too long is acked in time, and its author hears of the case when it is open after all', async () => {
    const stage = await openStage();
    await stage.parts.intake.services();
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const release: { now: () => void } = { now: () => undefined };
    stage.gate.before = () =>
      new Promise((resolve) => {
        release.now = () => resolve();
      });
    const delivering = stage.deliver(slashBody(ONCALL, 'billing-batch high slow'));
    await vi.waitFor(() => expect(vi.getTimerCount()).toBeGreaterThan(0));
    await vi.advanceTimersByTimeAsync(WORK_MS_MAX);
    release.now();
    const { acks } = await delivering;
    expect(acks).toHaveLength(1);
    expect((acks[0] as Ack).text).toMatch(/Not recorded/);
    const [late] = stage.slack.of('commands/one');
    expect(late?.body).toMatchObject({
      response_type: 'ephemeral',
      replace_original: false,
      text: expect.stringMatching(/is open/),
    });
  });
});

describe('a command that cannot be read is answered with what is accepted, and changes nothing', () => {
  test.each([
    ['an unknown sub-command', 'frobnicate', 'frobnicate'],
    ['an unknown severity', 'billing-batch urgent slow', 'urgent'],
    ['no summary', 'billing-batch high', 'summary is missing'],
    ['a service name with capitals inside signs', '*API* high slow', '*API*'],
    ['a sub-command without its case', 'approve', 'id of a case is missing'],
    ['a broadcast', '<!channel>', '@channel'],
    ['an escaped broadcast', '&lt;!channel&gt;', 'command'],
    ['right-to-left letters', 'قاعدة high slow', 'service name'],
    ['emoji', '🔥', '🔥'],
    ['backticks', '``` high slow', '```'],
    ['ten thousand characters', 'x'.repeat(10_000), 'xxx'],
    ['a zero byte', 'a\u0000b high slow', 'service name'],
  ])('%s', async (_what, text, contained) => {
    const stage = await openStage();
    const ack = await command(stage, ONCALL, text);
    expect(ack.response_type).toBe('ephemeral');
    expect(JSON.stringify(ack.blocks)).toContain(JSON.stringify(contained).slice(1, -1));
    for (const accepted of ['/incident list', 'critical', 'billing-batch'])
      expect(JSON.stringify(ack.blocks)).toContain(accepted);
    // Nothing of what was typed may mention somebody or link somewhere.
    expect(parsedTexts(ack).join('\n')).not.toMatch(MENTION_OR_LINK);
    expect(await stage.store.caseLog.openCases()).toEqual([]);
  });
});

describe('hostile texts are text', () => {
  test.each([
    ['a broadcast', '&lt;!channel&gt; everything burns', '<!channel> everything burns'],
    ['a mention with its name', '<@U0000LEAD|lead> knows', '@lead knows'],
    ['a link with a lying label', '<https://evil.example|runbook>', 'runbook (https://evil.example)'],
    ['backticks', '```rm -rf /```', '```rm -rf /```'],
    ['right-to-left', '‮gnp.exe', '‮gnp.exe'],
    ['emoji', '🔥🔥', '🔥🔥'],
    ['a decision word', 'APPROVE', 'APPROVE'],
  ])('%s as a summary opens a case that holds it as text, and the answer mentions nobody', async (_what, text, kept) => {
    const stage = await openStage();
    const ack = await command(stage, ONCALL, `billing-batch high ${text}`);
    const [caseId] = await stage.store.caseLog.openCases();
    expect((await stage.stateOf(caseId ?? '')).incident.summary).toBe(kept);
    expect(parsedTexts(ack).join('\n')).not.toMatch(MENTION_OR_LINK);
  });

  test('ten thousand characters open a case whose summary says that it was cut', async () => {
    const stage = await openStage();
    await command(stage, ONCALL, `billing-batch high ${'x'.repeat(10_000)}`);
    const [caseId] = await stage.store.caseLog.openCases();
    expect((await stage.stateOf(caseId ?? '')).incident.summary).toMatch(/cut: 10000 characters/);
  });
});

describe('the sub-commands', () => {
  test('nothing opens the form, acked before Slack is asked for it', async () => {
    const stage = await openStage();
    const { acks } = await stage.deliver(slashBody(ONCALL, ''), () => {
      expect(stage.slack.calls).toEqual([]);
    });
    expect(acks).toEqual([null]);
    const [opened] = stage.slack.of('views.open');
    expect(opened?.body.view).toMatchObject({ type: 'modal', callback_id: 'open_incident_submitted' });
    expect(await stage.store.caseLog.openCases()).toEqual([]);
  });

  test('a form that Slack refuses is told privately and goes to the error door', async () => {
    const stage = await openStage();
    stage.slack.failing.set('views.open', 'expired_trigger_id');
    const { acks, faults } = await stage.deliver(slashBody(ONCALL, ''));
    expect(acks).toEqual([null]);
    expect(faults).toHaveLength(1);
    expect(stage.told).toEqual([expect.objectContaining({ user: ONCALL, text: expect.stringMatching(/could not be opened/) })]);
  });

  test('help says what is accepted', async () => {
    const stage = await openStage();
    expect(shown(await command(stage, VISITOR, 'help'))).toContain('/incident pause');
  });

  test('list shows open cases and not closed ones', async () => {
    const stage = await openStage();
    const open = await stage.seed(undefined, BLOCKED);
    const closed = await stage.seed((one) => one.decided().by('rejected'), BLOCKED);
    const ack = await command(stage, VISITOR, 'list');
    expect(shown(ack)).toContain(open.caseId);
    expect(shown(ack)).not.toContain(closed.caseId);
  });

  test('show shows one case, without a single button', async () => {
    const stage = await openStage();
    const seeded = await stage.seed(undefined, BLOCKED);
    const ack = await command(stage, VISITOR, `show ${seeded.caseId}`);
    expect(shown(ack)).toContain('scale_worker_pool');
    expect(shown(ack)).not.toContain('"button"');
  });

  test('who names those who may decide, and why somebody may not', async () => {
    const stage = await openStage();
    const seeded = await stage.seed((one) => one.decided(), { ...BLOCKED, chosenBy: LEAD });
    const ack = await command(stage, VISITOR, `who ${seeded.caseId}`);
    expect(shown(ack)).toContain(ONCALL);
    expect(shown(ack)).toContain('opened the case or chose its action');
  });

  test.each(['show', 'who'])('%s of a case nobody knows says so', async (name) => {
    const stage = await openStage();
    expect((await command(stage, VISITOR, `${name} case-9999`)).text).toMatch(/no case of that name/);
  });

  test('approve of a case nobody knows says so', async () => {
    const stage = await openStage();
    expect((await command(stage, ONCALL, 'approve case-9999')).text).toMatch(/no case of that name/);
  });

  test('approve says what comes of it', async () => {
    const stage = await openStage();
    const seeded = await stage.seed(undefined, BLOCKED);
    expect((await command(stage, ONCALL, `approve ${seeded.caseId}`)).text).toMatch(/APPROVE.*is recorded.*after a last check/);
  });

  test('a reason is kept without its secrets', async () => {
    const stage = await openStage();
    const seeded = await stage.seed(undefined, BLOCKED);
    await command(stage, VISITOR, `hold ${seeded.caseId} wait, password=hunter2hunter2`);
    expect((await stage.entries(seeded.caseId)).at(-1)?.body).toMatchObject({
      kind: 'held',
      reason: expect.not.stringContaining('hunter2'),
    });
  });

  test('another command that reaches the app is answered', async () => {
    const stage = await openStage();
    const ack = await command(stage, ONCALL, 'x', { command: '/outage' });
    expect(ack.text).toMatch(/nothing answers to this/);
  });
});

describe('pause and resume', () => {
  const switched = async (stage: Stage) => (await stage.store.caseLog.read(SWITCH_LOG)).map(({ body }) => body);

  test.each([
    ['an approver', ONCALL],
    ['whoever may override', LEAD],
  ])('%s may pause, and is told that nothing is under way', async (_who, user) => {
    const stage = await openStage();
    expect((await command(stage, user, 'pause the database is on fire')).text).toMatch(/Paused.*Nothing is under way/);
    expect(await switched(stage)).toEqual([{ kind: 'paused', by: user, via: 'command', reason: 'the database is on fire' }]);
  });

  test('the switch is written before it is read what has started, and the answer names what it could not stop', async () => {
    const stage = await openStage();
    const running = await stage.seed((one) => one.decided().approved().started(), BLOCKED);
    const unknown = await stage.seed((one) => one.decided().approved().started().recorded('unknown'), BLOCKED);
    const order: string[] = [];
    const { pause } = stage.parts;
    const { write } = pause;
    pause.write = async (body) => {
      await write(body);
      order.push('written');
    };
    stage.parts.log.openCases = async () => {
      order.push('read');
      return stage.store.caseLog.openCases();
    };
    const { text } = await command(stage, ONCALL, 'pause');
    expect(order.indexOf('written')).toBeGreaterThanOrEqual(0);
    expect(order.indexOf('written')).toBeLessThan(order.lastIndexOf('read'));
    expect(text).toContain(running.caseId);
    expect(text).toContain(unknown.caseId);
  });

  test.each([
    ['pause', VISITOR, /not named/],
    ['pause', OPENER, /not named/],
    ['pause', GUEST, /only members of this workspace/],
    ['resume', ONCALL, /not named/],
    ['resume', VISITOR, /not named/],
  ])('%s by somebody without the right is refused and written nowhere', async (name, user, why) => {
    const stage = await openStage();
    expect((await command(stage, user, name)).text).toMatch(why);
    expect(await switched(stage)).toEqual([]);
  });

  test('whoever may override resumes', async () => {
    const stage = await openStage();
    await command(stage, ONCALL, 'pause');
    expect((await command(stage, LEAD, 'resume it was a drill')).text).toMatch(/Resumed/);
    expect((await switched(stage)).at(-1)).toMatchObject({ kind: 'resumed', by: LEAD, reason: 'it was a drill' });
  });
});
