import { expect, test } from 'vitest';
import { caseIdOf } from '../../../pipeline/case-id.ts';
import {
  INCIDENT_OTHER_SERVICE_BLOCK,
  INCIDENT_SERVICE_BLOCK,
  INCIDENT_SEVERITY_BLOCK,
  INCIDENT_SUMMARY_BLOCK,
} from '../../../views/open-incident-modal.ts';
import { CHANNEL, shortcutBody, submitBody } from '../payloads.ts';
import type { Stage } from '../stage.ts';
import { ONCALL, openStage, VISITOR } from '../stage.ts';

type View = { callback_id: string; private_metadata: string };
const lastView = (stage: Stage): View => stage.slack.of('views.open').at(-1)?.body.view as View;

const fromMessage = {
  type: 'message_action',
  callback_id: 'open_incident_from_message',
  channel: { id: CHANNEL, name: 'incidents' },
  message_ts: '1700000000.000100',
  message: {
    type: 'message',
    user: 'U0ALERTS',
    ts: '1700000000.000100',
    text: '&lt;!channel&gt; lag &gt; 5s, token: ghp_0123456789abcdefghijklmnopqrstuvwxyzAB',
  },
  response_url: 'https://hooks.slack.com/app/one',
};

test('the global shortcut opens the form', async () => {
  const stage = await openStage();
  const { acks } = await stage.deliver(shortcutBody(VISITOR));
  expect(acks).toEqual([null]);
  expect(lastView(stage).callback_id).toBe('open_incident_submitted');
});

test('from a message, the form begins with its text: unescaped once, and without its secrets', async () => {
  const stage = await openStage();
  await stage.deliver(shortcutBody(ONCALL, fromMessage));
  expect(JSON.stringify(lastView(stage))).toContain('<!channel> lag > 5s');
  expect(JSON.stringify(lastView(stage))).not.toContain('ghp_');
});

test('two people who act on one alert open one case', async () => {
  const stage = await openStage();
  const values = {
    [INCIDENT_SERVICE_BLOCK]: {
      value: { type: 'static_select', selected_option: { text: { type: 'plain_text', text: 'x' }, value: 'billing-batch' } },
    },
    [INCIDENT_OTHER_SERVICE_BLOCK]: { value: { type: 'plain_text_input', value: null } },
    [INCIDENT_SEVERITY_BLOCK]: {
      value: { type: 'radio_buttons', selected_option: { text: { type: 'plain_text', text: 'x' }, value: 'high' } },
    },
    [INCIDENT_SUMMARY_BLOCK]: { value: { type: 'plain_text_input', value: 'the queue lags' } },
  };
  for (const user of [ONCALL, VISITOR]) {
    await stage.deliver(shortcutBody(user, fromMessage));
    await stage.deliver(submitBody(user, lastView(stage), values));
  }
  const opened = await stage.store.caseLog.openCases();
  // The id follows from the message alone, so that another process gives it the same.
  expect(opened).toEqual([caseIdOf(1_700_000_000_000, `message:${CHANNEL}:1700000000.000100`)]);
  expect((await stage.stateOf(opened[0] ?? '')).incident).toMatchObject({ source: 'shortcut', opened_by: ONCALL });
  expect(stage.told.at(-1)).toMatchObject({ user: VISITOR, text: expect.stringMatching(/was opened by this already/) });
});

test('a shortcut that nothing answers to any more is acked and says so', async () => {
  const stage = await openStage();
  const { acks } = await stage.deliver(shortcutBody(ONCALL, { callback_id: 'unheard_of' }));
  expect(acks).toEqual([null]);
  expect(stage.told[0]?.text).toMatch(/nothing answers to this any more/);
});
