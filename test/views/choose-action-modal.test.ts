import type { ModalView } from '@slack/types';
import { describe, expect, test } from 'vitest';
import { Action } from '../../contracts/catalogue.ts';
import * as choosing from '../../views/choose-action-modal.ts';
import { shown } from '../fixtures/shown.ts';
import { CASE_ID, DIGEST } from '../fixtures/shown-parts.ts';
import { chosen, metadataOf, NOBODY, typed } from './forms.ts';
import { viewFaults } from './slack-safe.ts';

const ref = { case_id: CASE_ID, revision: 1, digest: DIGEST };

describe('the form that chooses an action', () => {
  const recovery = { settle_s: 1, window_s: 5, error_rate_max: 0.02 };
  const action = Action.parse({
    id: 'scale_worker_pool',
    title: 'Scale the worker pool',
    description: 'Adds workers.',
    executor: 'sandbox',
    risk: 'low',
    recovery,
    parameters: {
      service: { type: 'name', title: 'Service', from: 'incident.service' },
      workers: { type: 'integer', title: 'Workers', min: 1, max: 50, default: 8 },
      share: { type: 'number', title: 'Share', min: 0, max: 1, required: false },
      drain: { type: 'boolean', title: 'Drain first', default: false },
      zone: { type: 'choice', title: 'Zone', options: ['a', 'b'] },
    },
  });
  const bare = Action.parse({ ...action, id: 'purge_cache', title: 'Purge the cache', parameters: {} });
  const actions = [action, bare];
  const from = { ref, channel: 'C0INCIDENTS', event_key: 'click:2' };
  const incident = shown('pending_approval').incident;
  const view = choosing.chooseActionModal(actions, incident, from, action);
  const block = (name: string) => choosing.parameterBlock(action.id, name);
  const good = {
    ...chosen(choosing.CHOOSE_ACTION_BLOCK, action.id),
    ...typed({ [block('service')]: 'payments-api', [block('workers')]: '12', [block('share')]: null }),
    ...chosen(block('drain'), 'true'),
    ...chosen(block('zone'), 'b'),
  };
  const submit = (change: object, of: ModalView = view) =>
    choosing.parseChooseActionSubmission({ ...good, ...change }, metadataOf(of), actions);

  test('both steps are forms that Slack takes', () => {
    expect(viewFaults(choosing.chooseActionModal(actions, incident, from), 'modal', NOBODY)).toEqual([]);
    expect(viewFaults(view, 'modal', NOBODY)).toEqual([]);
    expect(viewFaults(choosing.chooseActionModal([], incident, from), 'modal', NOBODY)).toEqual([]);
  });

  test('a catalogue of a thousand actions is offered whole', () => {
    const many = Array.from({ length: 1_000 }, (_unused, index) => ({ ...bare, id: `action_${index}` }));
    const form = choosing.chooseActionModal(many, incident, from);
    expect(viewFaults(form, 'modal', NOBODY)).toEqual([]);
    expect(many.every(({ id }) => JSON.stringify(form).includes(`"value":"${id}"`))).toBe(true);
  });

  test('the second step begins with the defaults, the literal ones and those of the incident', () => {
    const text = JSON.stringify(view);
    expect(text).toContain('"initial_value":"payments-api"');
    expect(text).toContain('"initial_value":"8"');
    expect(choosing.readChooseActionMetadata(metadataOf(view)).action_id).toBe(action.id);
  });

  test('the values come back in their types', () => {
    expect(submit({})).toEqual({
      ok: true,
      ...from,
      action_id: action.id,
      parameters: { service: 'payments-api', workers: 12, drain: true, zone: 'b' },
    });
  });

  test.each<[string, object, string]>([
    ['a number that is not whole', typed({ [block('workers')]: '1.5' }), block('workers')],
    ['a number out of bounds', typed({ [block('workers')]: '51' }), block('workers')],
    ['a word for a number', typed({ [block('workers')]: 'many' }), block('workers')],
    ['an infinite share', typed({ [block('share')]: 'Infinity' }), block('share')],
    ['nothing where something is needed', typed({ [block('service')]: '' }), block('service')],
    ['a name with a command in it', typed({ [block('service')]: 'a; rm -rf /' }), block('service')],
    ['a choice that is none', chosen(block('zone'), 'c'), block('zone')],
    ['an action that does not exist', chosen(choosing.CHOOSE_ACTION_BLOCK, 'drop_tables'), choosing.CHOOSE_ACTION_BLOCK],
    ['no action', chosen(choosing.CHOOSE_ACTION_BLOCK, null), choosing.CHOOSE_ACTION_BLOCK],
  ])('%s is refused at the field', (_what, change, at) => {
    const parsed = submit(change);
    expect(parsed.ok ? [] : Object.keys(parsed.errors)).toEqual([at]);
  });

  test('an action whose parameters were never on the screen is not taken', () => {
    const first = choosing.chooseActionModal(actions, incident, from);
    expect(submit({}, first).ok).toBe(false);
    expect(submit(chosen(choosing.CHOOSE_ACTION_BLOCK, bare.id), first)).toMatchObject({
      ok: true,
      action_id: bare.id,
      parameters: {},
    });
  });
});
