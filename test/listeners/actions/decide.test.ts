import { afterEach, describe, expect, test, vi } from 'vitest';
import { WORK_MS_MAX } from '../../../listeners/durable-ack.ts';
import { clickBody } from '../payloads.ts';
import { LEAD, ONCALL, openStage, refOf, VISITOR } from '../stage.ts';

const BLOCKED = { wrong: { contradictions: 2 } };
const CRITICAL = { incident: { severity: 'critical' as const } };

afterEach(() => {
  vi.useRealTimers();
});

describe('a click on a card', () => {
  test('is durable before Slack hears yes, and the card is left to the log', async () => {
    const stage = await openStage();
    const seeded = await stage.seed(undefined, BLOCKED);
    let atAck = '';
    const { acks } = await stage.deliver(
      clickBody({ user: ONCALL, actionId: 'approve', value: await refOf(seeded) }),
      async () => {
        atAck = (await stage.entries(seeded.caseId)).at(-1)?.body.kind ?? '';
      },
    );
    expect(atAck).toBe('approved');
    expect(acks).toEqual([null]);
    expect(stage.slack.calls).toEqual([]);
    expect(stage.told).toEqual([]);
  });

  test('by a stranger leaves the card byte-identical: nothing is posted, updated or replaced, and the stranger alone reads why', async () => {
    const stage = await openStage();
    const seeded = await stage.seed(undefined, BLOCKED);
    const before = (await seeded.state()).materialSeq;
    await stage.deliver(clickBody({ user: VISITOR, actionId: 'approve', value: await refOf(seeded) }));
    expect(stage.slack.calls).toEqual([]);
    expect(stage.told).toEqual([expect.objectContaining({ user: VISITOR, channel: 'C0INCIDENTS', threadTs: null })]);
    // A card is drawn anew only behind a material entry; a refusal is none.
    expect((await seeded.state()).materialSeq).toBe(before);
  });

  test('on a message in a thread is answered in that thread', async () => {
    const stage = await openStage();
    const seeded = await stage.seed(undefined, BLOCKED);
    await stage.deliver(clickBody({ user: VISITOR, actionId: 'approve', value: await refOf(seeded), threadTs: seeded.cardTs }));
    expect(stage.told[0]?.threadTs).toBe(seeded.cardTs);
  });

  test('refused once is not counted later: neither the same click again nor the rule it broke', async () => {
    const stage = await openStage();
    const seeded = await stage.seed(undefined, CRITICAL);
    const click = clickBody({ user: LEAD, actionId: 'approve', value: await refOf(seeded) });
    await stage.deliver(click);
    await stage.deliver(click);
    const kinds = (await stage.entries(seeded.caseId)).map(({ body }) => body.kind);
    expect(kinds.filter((kind) => kind === 'refused')).toHaveLength(1);
    expect(kinds).not.toContain('approved');
    expect((await seeded.state()).status).toBe('pending_approval');
  });

  test('delivered twice counts once', async () => {
    const stage = await openStage();
    const seeded = await stage.seed(undefined, BLOCKED);
    const click = clickBody({ user: VISITOR, actionId: 'hold', value: await refOf(seeded) });
    await stage.deliver(click);
    await stage.deliver(clickBody({ user: LEAD, actionId: 'release', value: await refOf(seeded) }));
    await stage.deliver(click);
    expect((await seeded.state()).held).toBe(false);
  });

  test('by the same person on the same button counts again when it is another click', async () => {
    const stage = await openStage();
    const seeded = await stage.seed(undefined, BLOCKED);
    const press = async (user: string, actionId: string) =>
      stage.deliver(clickBody({ user, actionId, value: await refOf(seeded) }));
    await press(VISITOR, 'hold');
    await press(LEAD, 'release');
    await press(VISITOR, 'hold');
    expect((await seeded.state()).held).toBe(true);
  });

  test.each(['approve', 'reject', 'hold', 'override', 'choose_action'])('on an old card is refused: %s', async (actionId) => {
    const stage = await openStage();
    const seeded = await stage.seed((one) => one.decided(), BLOCKED);
    const old = await refOf(seeded);
    const other = await stage.seed((one) => one.decided().planned().stressed().gated().posted().shown(), BLOCKED);
    const onOld = JSON.stringify({ ...JSON.parse(old), case_id: other.caseId });
    await stage.deliver(clickBody({ user: LEAD, actionId, value: onOld }));
    const added = (await stage.entries(other.caseId)).map(({ body }) => body.kind);
    expect(added).not.toContain('approved');
    expect(added).not.toContain('rejected');
    expect(added).not.toContain('held');
    expect(stage.slack.of('views.open')).toEqual([]);
    expect(stage.told.map(({ text }) => text).join()).toMatch(/newer card/);
  });

  test('whose digest is not what is stored is refused and never refreshed', async () => {
    const stage = await openStage();
    const seeded = await stage.seed(undefined, BLOCKED);
    const forged = JSON.stringify({ ...JSON.parse(await refOf(seeded)), digest: 'f'.repeat(64) });
    await stage.deliver(clickBody({ user: LEAD, actionId: 'approve', value: forged }));
    expect((await stage.entries(seeded.caseId)).at(-1)?.body).toMatchObject({ kind: 'refused', refusal: 'plan_changed' });
    expect(stage.told[0]?.text).toMatch(/no longer the one you saw/);
  });

  test.each([
    ['nothing', undefined],
    ['text', 'APPROVE'],
    ['broken JSON', '{"case_id":'],
    ['another shape', '{"case_id":"case-0001"}'],
    ['a reserved log', JSON.stringify({ case_id: '~switch', revision: 1, digest: 'a'.repeat(64) })],
    ['a case nobody knows', JSON.stringify({ case_id: 'case-9999', revision: 1, digest: 'a'.repeat(64) })],
  ])('that carries %s is acked, changes nothing and is answered privately', async (_what, value) => {
    const stage = await openStage();
    const seeded = await stage.seed(undefined, BLOCKED);
    const before = await stage.entries(seeded.caseId);
    const { acks, faults } = await stage.deliver(
      clickBody({ user: LEAD, actionId: 'approve', ...(value === undefined ? {} : { value }) }),
    );
    expect({ acks, faults }).toEqual({ acks: [null], faults: [] });
    expect(await stage.entries(seeded.caseId)).toEqual(before);
    expect(stage.told).toHaveLength(1);
  });

  test('that cannot be written is acked, told to its author, and goes to the error door', async () => {
    const stage = await openStage();
    const seeded = await stage.seed(undefined, BLOCKED);
    stage.gate.before = () => Promise.reject(new Error('the disk is full'));
    const { acks, faults } = await stage.deliver(clickBody({ user: ONCALL, actionId: 'approve', value: await refOf(seeded) }));
    expect(acks).toEqual([null]);
    expect(faults).toHaveLength(1);
    expect(stage.told.map(({ user, text }) => [user, /Not recorded/.test(text)])).toEqual([[ONCALL, true]]);
    expect((await seeded.state()).status).toBe('pending_approval');
  });

  test('that takes too long to write is acked as not recorded within Slack’s time, and told again when it got through', async () => {
    const stage = await openStage();
    const seeded = await stage.seed(undefined, BLOCKED);
    const value = await refOf(seeded);
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const release: { now: () => void } = { now: () => undefined };
    stage.gate.before = () =>
      new Promise((resolve) => {
        release.now = () => resolve();
      });
    let acked = false;
    const delivering = stage.deliver(clickBody({ user: ONCALL, actionId: 'approve', value }), () => {
      acked = true;
    });
    await vi.waitFor(() => expect(vi.getTimerCount()).toBeGreaterThan(0));
    await vi.advanceTimersByTimeAsync(WORK_MS_MAX);
    await vi.waitFor(() => expect(stage.told).toHaveLength(1));
    expect(acked).toBe(true);
    expect(stage.told[0]?.text).toMatch(/Not recorded/);

    release.now();
    await delivering;
    expect((await stage.entries(seeded.caseId)).at(-1)?.body.kind).toBe('approved');
    expect(stage.told.at(-1)?.text).toMatch(/is recorded/);
  });

  test('two people who approve at once are both told, and one approval is recorded', async () => {
    const stage = await openStage();
    const seeded = await stage.seed(undefined, BLOCKED);
    const value = await refOf(seeded);
    await Promise.all([ONCALL, LEAD].map((user) => stage.deliver(clickBody({ user, actionId: 'approve', value }))));
    const kinds = (await stage.entries(seeded.caseId)).map(({ body }) => body.kind);
    expect(kinds.filter((kind) => kind === 'approved')).toHaveLength(1);
    expect(stage.told.map(({ text }) => text)).toEqual([expect.stringMatching(/decided already/)]);
  });
});

test('a call that was denied cannot be approved afterwards', async () => {
  const stage = await openStage();
  const seeded = await stage.seed(undefined, BLOCKED);
  const value = await refOf(seeded);
  await stage.deliver(clickBody({ user: ONCALL, actionId: 'reject', value }));
  await stage.deliver(clickBody({ user: LEAD, actionId: 'approve', value }));
  const kinds = (await stage.entries(seeded.caseId)).map(({ body }) => body.kind);
  expect(kinds.at(-1)).toBe('rejected');
  expect(stage.told[0]?.text).toMatch(/the case is closed/);
});

test('no answer to a click ever asks Slack to replace a message', async () => {
  const stage = await openStage();
  const seeded = await stage.seed(undefined, CRITICAL);
  for (const actionId of [
    'approve',
    'reject',
    'hold',
    'release',
    'override',
    'choose_action',
    'look_again',
    'rollback',
    'it_ran',
    'it_did_not_run',
    'accept_runbook',
    'discard_runbook',
    'edit_runbook',
    'unheard_of',
  ]) {
    await stage.deliver(clickBody({ user: VISITOR, actionId, value: await refOf(seeded) }));
  }
  expect(stage.slack.calls.filter(({ body }) => body.replace_original === true || body.delete_original === true)).toEqual([]);
  expect(stage.slack.calls.map(({ method }) => method)).not.toContain('chat.update');
});

test('a button that nothing answers to any more is acked and says so', async () => {
  const stage = await openStage();
  const { acks, faults } = await stage.deliver(clickBody({ user: ONCALL, actionId: 'unheard_of', value: 'x' }));
  expect({ acks, faults }).toEqual({ acks: [null], faults: [] });
  expect(stage.told[0]?.text).toMatch(/nothing answers to this any more/);
});

test('every button of a card is acked exactly once', async () => {
  const stage = await openStage();
  const seeded = await stage.seed(undefined, BLOCKED);
  for (const actionId of ['hold', 'release', 'look_again', 'approve']) {
    const { acks } = await stage.deliver(clickBody({ user: LEAD, actionId, value: await refOf(seeded) }));
    expect(acks).toEqual([null]);
  }
});
