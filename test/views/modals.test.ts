import type { ModalView } from '@slack/types';
import { describe, expect, test } from 'vitest';
import { Action } from '../../contracts/catalogue.ts';
import * as choosing from '../../views/choose-action-modal.ts';
import * as editing from '../../views/edit-runbook-modal.ts';
import * as opening from '../../views/open-incident-modal.ts';
import * as overriding from '../../views/override-modal.ts';
import { CASE_ID, DIGEST, RUNBOOK, shown } from '../fixtures/shown.ts';
import { NAUGHTY } from './naughty.ts';
import { viewFaults } from './slack-safe.ts';

const allowed = { mentions: [], links: [] };
const ref = { case_id: CASE_ID, revision: 1, digest: DIGEST };
const metadataOf = (view: ModalView | null): string => view?.private_metadata ?? '';
/** What Slack sends for a form: each block with the one input it has. */
const typed = (values: Record<string, string | null>): unknown =>
  Object.fromEntries(Object.entries(values).map(([block, value]) => [block, { value: { type: 'plain_text_input', value } }]));
const chosen = (block: string, value: string | null): Record<string, unknown> => ({
  [block]: {
    any: { type: 'static_select', selected_option: value === null ? null : { value, text: { type: 'plain_text', text: value } } },
  },
});

test('callback ids are what they were', () => {
  expect([
    opening.OPEN_INCIDENT_SUBMITTED,
    overriding.OVERRIDE_SUBMITTED,
    choosing.CHOOSE_ACTION_SUBMITTED,
    choosing.CHOOSE_ACTION_SELECT,
    editing.EDIT_RUNBOOK_SUBMITTED,
  ]).toEqual([
    'open_incident_submitted',
    'override_submitted',
    'choose_action_submitted',
    'choose_action_select',
    'edit_runbook_submitted',
  ]);
});

describe('the override form', () => {
  const view = overriding.overrideModal(shown('pending_override'), { channel: 'C0INCIDENTS', event_key: 'click:1' });
  const submit = (id: string, reason: string) =>
    overriding.parseOverrideSubmission(
      typed({ [overriding.OVERRIDE_CASE_BLOCK]: id, [overriding.OVERRIDE_REASON_BLOCK]: reason }),
      metadataOf(view),
    );

  test('it is one that Slack takes, and shows what runs and what it passes over', () => {
    expect(viewFaults(view ?? {}, 'modal', allowed)).toEqual([]);
    const text = JSON.stringify(view);
    expect(text).toContain('restart_api_pods');
    expect(text).toContain('A critical incident never runs');
  });

  test('there is none before there is a decision', () => {
    expect(overriding.overrideModal(shown('analyzing'), { channel: 'C', event_key: 'k' })).toBeNull();
  });

  test('the typed case and a reason together are a decision about the revision that was shown', () => {
    expect(submit(` ${CASE_ID} `, ' the DBA agrees ')).toEqual({
      ok: true,
      ref,
      channel: 'C0INCIDENTS',
      event_key: 'click:1',
      reason: 'the DBA agrees',
    });
  });

  test.each<[string, string, string, string[]]>([
    ['another case', 'inc-other', 'the DBA agrees', [overriding.OVERRIDE_CASE_BLOCK]],
    ['no case', '', 'the DBA agrees', [overriding.OVERRIDE_CASE_BLOCK]],
    ['a look-alike', CASE_ID.replace('i', 'і'), 'the DBA agrees', [overriding.OVERRIDE_CASE_BLOCK]],
    ['no reason', CASE_ID, '   ', [overriding.OVERRIDE_REASON_BLOCK]],
    ['neither', '', '', [overriding.OVERRIDE_CASE_BLOCK, overriding.OVERRIDE_REASON_BLOCK]],
  ])('%s is refused at the field', (_what, id, reason, blocks) => {
    const parsed = submit(id, reason);
    expect(parsed.ok).toBe(false);
    expect(parsed.ok ? [] : Object.keys(parsed.errors)).toEqual(blocks);
  });

  test('inputs left alone are refused, not read as something', () => {
    const parsed = overriding.parseOverrideSubmission(typed({ [overriding.OVERRIDE_CASE_BLOCK]: null }), metadataOf(view));
    expect(parsed.ok).toBe(false);
  });

  test('hidden values of another form are a fault', () => {
    expect(() => overriding.parseOverrideSubmission({}, '{"ref":1}')).toThrow();
  });
});

describe('the form that opens an incident', () => {
  const metadata = { channel: 'C0INCIDENTS', source: 'modal' as const, intake_key: 'trigger:1' };
  const good = {
    ...chosen(opening.INCIDENT_SERVICE_BLOCK, 'payments-api'),
    ...chosen(opening.INCIDENT_SEVERITY_BLOCK, 'high'),
    ...(typed({ [opening.INCIDENT_SUMMARY_BLOCK]: 'latency is up', [opening.INCIDENT_SYMPTOMS_BLOCK]: 'a\n\n b ' }) as object),
  };
  const submit = (change: object) => opening.parseOpenIncidentSubmission({ ...good, ...change }, JSON.stringify(metadata));

  test('a full form is an incident', () => {
    expect(submit({})).toEqual({
      ok: true,
      ...metadata,
      service: 'payments-api',
      severity: 'high',
      summary: 'latency is up',
      symptoms: ['a', 'b'],
    });
  });

  test('a service that is not listed is typed, and taken in lower case', () => {
    const other = {
      ...chosen(opening.INCIDENT_SERVICE_BLOCK, null),
      ...(typed({ [opening.INCIDENT_OTHER_SERVICE_BLOCK]: ' New-API ' }) as object),
    };
    expect(submit(other)).toMatchObject({ ok: true, service: 'new-api' });
  });

  test.each<[string, object, string]>([
    ['no service', chosen(opening.INCIDENT_SERVICE_BLOCK, null), opening.INCIDENT_OTHER_SERVICE_BLOCK],
    [
      'two services',
      typed({ [opening.INCIDENT_OTHER_SERVICE_BLOCK]: 'search-index' }) as object,
      opening.INCIDENT_OTHER_SERVICE_BLOCK,
    ],
    ['no severity', chosen(opening.INCIDENT_SEVERITY_BLOCK, null), opening.INCIDENT_SEVERITY_BLOCK],
    ['a severity of another world', chosen(opening.INCIDENT_SEVERITY_BLOCK, 'sev0'), opening.INCIDENT_SEVERITY_BLOCK],
    ['no summary', typed({ [opening.INCIDENT_SUMMARY_BLOCK]: ' ' }) as object, opening.INCIDENT_SUMMARY_BLOCK],
    [
      'too many symptoms',
      typed({ [opening.INCIDENT_SYMPTOMS_BLOCK]: 'x\n'.repeat(21) }) as object,
      opening.INCIDENT_SYMPTOMS_BLOCK,
    ],
    [
      'a symptom as long as a book',
      typed({ [opening.INCIDENT_SYMPTOMS_BLOCK]: 'x'.repeat(501) }) as object,
      opening.INCIDENT_SYMPTOMS_BLOCK,
    ],
  ])('%s is refused at the field', (_what, change, block) => {
    const parsed = submit(change);
    expect(parsed.ok ? [] : Object.keys(parsed.errors)).toEqual([block]);
  });

  test.each<[number]>([[0], [1], [100], [101], [950]])('%i known services make a form that Slack takes', (count) => {
    const services = Array.from({ length: count }, (_unused, index) => `service-${String(index).padStart(4, '0')}`);
    const view = opening.openIncidentModal(services, metadata, { service: services[0] ?? 'typed', severity: 'low' });
    expect(viewFaults(view, 'modal', allowed)).toEqual([]);
    expect(services.every((service) => JSON.stringify(view).includes(`"${service}"`))).toBe(true);
  });

  test.each(NAUGHTY.map((text, index) => [index, text] as const))('a draft with hostile text %i still is one', (_index, text) => {
    expect(
      viewFaults(
        opening.openIncidentModal(['payments-api'], metadata, { service: text, summary: text, symptoms: [text] }),
        'modal',
        allowed,
      ),
    ).toEqual([]);
  });
});

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
    ...(typed({ [block('service')]: 'payments-api', [block('workers')]: '12', [block('share')]: null }) as object),
    ...chosen(block('drain'), 'true'),
    ...chosen(block('zone'), 'b'),
  };
  const submit = (change: object, of: ModalView = view) =>
    choosing.parseChooseActionSubmission({ ...good, ...change }, metadataOf(of), actions);

  test('both steps are forms that Slack takes', () => {
    expect(viewFaults(choosing.chooseActionModal(actions, incident, from), 'modal', allowed)).toEqual([]);
    expect(viewFaults(view, 'modal', allowed)).toEqual([]);
    expect(viewFaults(choosing.chooseActionModal([], incident, from), 'modal', allowed)).toEqual([]);
  });

  test('a catalogue of a thousand actions is offered whole', () => {
    const many = Array.from({ length: 1_000 }, (_unused, index) => ({ ...bare, id: `action_${index}` }));
    const form = choosing.chooseActionModal(many, incident, from);
    expect(viewFaults(form, 'modal', allowed)).toEqual([]);
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
    ['a number that is not whole', typed({ [block('workers')]: '1.5' }) as object, block('workers')],
    ['a number out of bounds', typed({ [block('workers')]: '51' }) as object, block('workers')],
    ['a word for a number', typed({ [block('workers')]: 'many' }) as object, block('workers')],
    ['an infinite share', typed({ [block('share')]: 'Infinity' }) as object, block('share')],
    ['nothing where something is needed', typed({ [block('service')]: '' }) as object, block('service')],
    ['a name with a command in it', typed({ [block('service')]: 'a; rm -rf /' }) as object, block('service')],
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

describe('the form that edits a runbook', () => {
  const from = { ref, channel: 'C0INCIDENTS' };
  const submitted = (view: ModalView, change: Record<string, string> = {}) => {
    const inputs = view.blocks.flatMap((block) => ('element' in block ? [block] : []));
    const values = inputs.map(({ block_id, element }) => [
      block_id,
      'initial_value' in element ? String(element.initial_value) : null,
    ]);
    return editing.parseEditRunbookSubmission(typed({ ...Object.fromEntries(values), ...change }), metadataOf(view));
  };

  test.each<[string, string]>([
    ['short', RUNBOOK.text],
    ['of many lines', 'a line of a runbook\n'.repeat(600).trim()],
    ['without any line end', 'x'.repeat(9_000)],
  ])('a text that is %s comes back as it went out', (_what, text) => {
    const view = editing.editRunbookModal({ ...RUNBOOK, text }, from);
    expect(viewFaults(view, 'modal', allowed)).toEqual([]);
    expect(submitted(view)).toEqual({ ok: true, ...from, runbook_id: RUNBOOK.runbook_id, title: RUNBOOK.title, text });
  });

  test('line ends that were trimmed on the way are put back', () => {
    const text = 'a line of a runbook\n'.repeat(300).trim();
    const view = editing.editRunbookModal({ ...RUNBOOK, text }, from);
    const first = view.blocks.flatMap((block) =>
      'element' in block && 'initial_value' in block.element ? [String(block.element.initial_value)] : [],
    )[1];
    expect(submitted(view, { [editing.runbookBodyBlock(0)]: (first ?? '').trim() })).toMatchObject({ ok: true, text });
  });

  test('a text too long for a form is not cut: it cannot be edited here', () => {
    const view = editing.editRunbookModal({ ...RUNBOOK, text: 'x'.repeat(100_000) }, from);
    expect(view.submit).toBeUndefined();
    expect(JSON.stringify(view)).toContain('too long for a form');
  });

  test('an empty title or text is refused at the field', () => {
    const view = editing.editRunbookModal(RUNBOOK, from);
    const parsed = submitted(view, { [editing.RUNBOOK_TITLE_BLOCK]: ' ', [editing.runbookBodyBlock(0)]: '' });
    expect(parsed.ok ? [] : Object.keys(parsed.errors)).toEqual([editing.RUNBOOK_TITLE_BLOCK, editing.runbookBodyBlock(0)]);
  });

  test.each(NAUGHTY.map((text, index) => [index, text] as const))(
    'hostile text %i makes a form that Slack takes',
    (_index, text) => {
      expect(viewFaults(editing.editRunbookModal({ runbook_id: 'rbk-1', title: text, text }, from), 'modal', allowed)).toEqual(
        [],
      );
    },
  );
});
