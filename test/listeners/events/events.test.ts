import { describe, expect, test } from 'vitest';
import { clickBody, homeBody, mentionBody, messageBody, slashBody } from '../payloads.ts';
import { GUEST, LEAD, ONCALL, openStage, VISITOR } from '../stage.ts';

describe('a mention', () => {
  test('with service, severity and summary opens a case', async () => {
    const stage = await openStage();
    await stage.deliver(mentionBody(ONCALL, '<@UGOVERNOR> billing-batch high the queue lags'));
    const [caseId] = await stage.store.caseLog.openCases();
    expect((await stage.stateOf(caseId ?? '')).incident).toMatchObject({
      service: 'billing-batch',
      source: 'mention',
      opened_by: ONCALL,
    });
    expect(stage.slack.of('chat.postEphemeral')).toEqual([
      expect.objectContaining({ body: expect.objectContaining({ user: ONCALL, text: expect.stringContaining(caseId ?? '') }) }),
    ]);
  });

  test('opens one case for one message: delivered twice, under another event id, and with its pair in the channel', async () => {
    const stage = await openStage();
    const mention = mentionBody(ONCALL, '<@UGOVERNOR> billing-batch high the queue lags');
    const { ts } = mention.event as { ts: string };
    await Promise.all([
      stage.deliver(mention),
      stage.deliver({ ...mention, event_id: 'Ev-again' }),
      stage.deliver(messageBody(ONCALL, '<@UGOVERNOR> billing-batch high the queue lags', { ts })),
    ]);
    expect(await stage.store.caseLog.openCases()).toHaveLength(1);
  });

  test.each([
    ['words around it', 'hey <@UGOVERNOR|governor> billing-batch high slow'],
    ['entities', '<@UGOVERNOR> billing-batch high lag &gt; 5s'],
  ])('is read with %s', async (_what, text) => {
    const stage = await openStage();
    await stage.deliver(mentionBody(ONCALL, text));
    expect(await stage.store.caseLog.openCases()).toHaveLength(1);
  });

  test.each([
    ['nothing', '<@UGOVERNOR>'],
    ['a greeting', '<@UGOVERNOR> hello there'],
    ['a sub-command that decides', '<@UGOVERNOR> pause'],
    ['another', '<@UGOVERNOR> resume'],
  ])('with %s gets the help, privately', async (_what, text) => {
    const stage = await openStage();
    await stage.deliver(mentionBody(LEAD, text));
    expect(await stage.store.caseLog.heads()).toEqual([]);
    expect(stage.slack.calls.map(({ method }) => method)).toEqual(['chat.postEphemeral']);
    expect(JSON.stringify(stage.slack.calls[0]?.body)).toContain('/incident list');
  });

  test('of an unknown service offers to open it anyway', async () => {
    const stage = await openStage();
    await stage.deliver(mentionBody(ONCALL, '<@UGOVERNOR> nowhere high slow'));
    expect(JSON.stringify(stage.slack.of('chat.postEphemeral'))).toContain('open_anyway');
  });

  test.each<[string, string, Record<string, unknown>]>([
    ['a bot', ONCALL, { bot_id: 'B0OTHER' }],
    ['an edit', ONCALL, { edited: { user: ONCALL, ts: '1.2' } }],
    ['a stranger from a connected workspace', GUEST, {}],
  ])('by %s opens nothing', async (_who, user, change) => {
    const stage = await openStage();
    await stage.deliver(mentionBody(user, '<@UGOVERNOR> billing-batch high slow', change));
    expect(await stage.store.caseLog.openCases()).toEqual([]);
  });

  test('that cannot be written is told to its author and goes to the error door', async () => {
    const stage = await openStage();
    stage.gate.before = () => Promise.reject(new Error('the disk is full'));
    const { faults } = await stage.deliver(mentionBody(ONCALL, '<@UGOVERNOR> billing-batch high slow'));
    expect(faults).toHaveLength(1);
    expect(JSON.stringify(stage.slack.of('chat.postEphemeral'))).toMatch(/Not recorded/);
  });
});

describe('the App Home', () => {
  const home = (calls: { body: Record<string, unknown> }[]): string => JSON.stringify(calls.at(-1)?.body ?? null);

  test('shows the open cases to whoever looks', async () => {
    const stage = await openStage();
    const seeded = await stage.seed(undefined, { wrong: { contradictions: 2 } });
    await stage.deliver(homeBody(VISITOR));
    expect(stage.slack.of('views.publish')[0]?.body.user_id).toBe(VISITOR);
    expect(home(stage.slack.of('views.publish'))).toContain(seeded.caseId);
  });

  test('is not drawn for the messages tab', async () => {
    const stage = await openStage();
    await stage.deliver(homeBody(VISITOR, 'messages'));
    expect(stage.slack.calls).toEqual([]);
  });

  test('while all is paused says so, and offers resuming to those who may', async () => {
    const stage = await openStage();
    await stage.deliver(slashBody(ONCALL, 'pause'));
    await stage.deliver(homeBody(VISITOR));
    expect(home(stage.slack.of('views.publish'))).toContain('paused');
    expect(home(stage.slack.of('views.publish'))).not.toContain('resume_home');
    await stage.deliver(homeBody(LEAD));
    expect(home(stage.slack.of('views.publish'))).toContain('resume_home');
  });

  const atHome = { channel: undefined, message: undefined, container: { type: 'view', view_id: 'V0' } };
  test('resumes for whoever may, and shows that it is over', async () => {
    const stage = await openStage();
    await stage.deliver(slashBody(ONCALL, 'pause'));
    await stage.deliver(clickBody({ user: LEAD, actionId: 'resume_home' }, atHome));
    expect((await stage.parts.pause.read()).paused).toBe(false);
    expect(home(stage.slack.of('views.publish'))).not.toContain('is paused');
  });

  test('resumes for nobody else, and tells them directly', async () => {
    const stage = await openStage();
    await stage.deliver(slashBody(ONCALL, 'pause'));
    await stage.deliver(clickBody({ user: VISITOR, actionId: 'resume_home' }, atHome));
    expect((await stage.parts.pause.read()).paused).toBe(true);
    expect(stage.told).toEqual([
      expect.objectContaining({ user: VISITOR, channel: VISITOR, text: expect.stringMatching(/not named/) }),
    ]);
  });

  test('opens the form of an incident', async () => {
    const stage = await openStage();
    const { acks } = await stage.deliver(clickBody({ user: VISITOR, actionId: 'open_incident_home' }, atHome));
    expect(acks).toEqual([null]);
    expect(stage.slack.of('views.open')).toHaveLength(1);
  });
});

test.each([
  ['an event of a kind nobody asked for', { type: 'channel_rename', channel: { id: 'C1' } }],
  ['a message without a channel', { type: 'message', user: ONCALL, text: 'APPROVE', ts: '1.2' }],
  [
    'a message with a broken time',
    { type: 'message', user: ONCALL, text: 'APPROVE', ts: 'now', channel: 'C1', thread_ts: '1.1' },
  ],
  ['an empty event', {}],
])('%s is let pass without a fault', async (_what, event) => {
  const stage = await openStage();
  const { faults } = await stage.deliver({ ...messageBody(ONCALL, 'x'), event });
  expect(faults).toEqual([]);
});
