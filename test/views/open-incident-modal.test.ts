import { describe, expect, test } from 'vitest';
import * as opening from '../../views/open-incident-modal.ts';
import { chosen, NOBODY, typed } from './forms.ts';
import { NAUGHTY } from './naughty.ts';
import { viewFaults } from './slack-safe.ts';

describe('the form that opens an incident', () => {
  const metadata = { channel: 'C0INCIDENTS', source: 'modal' as const, intake_key: 'trigger:1' };
  const good = {
    ...chosen(opening.INCIDENT_SERVICE_BLOCK, 'payments-api'),
    ...chosen(opening.INCIDENT_SEVERITY_BLOCK, 'high'),
    ...typed({ [opening.INCIDENT_SUMMARY_BLOCK]: 'latency is up', [opening.INCIDENT_SYMPTOMS_BLOCK]: 'a\n\n b ' }),
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
      ...typed({ [opening.INCIDENT_OTHER_SERVICE_BLOCK]: ' New-API ' }),
    };
    expect(submit(other)).toMatchObject({ ok: true, service: 'new-api' });
  });

  test.each<[string, object, string]>([
    ['no service', chosen(opening.INCIDENT_SERVICE_BLOCK, null), opening.INCIDENT_OTHER_SERVICE_BLOCK],
    ['two services', typed({ [opening.INCIDENT_OTHER_SERVICE_BLOCK]: 'search-index' }), opening.INCIDENT_OTHER_SERVICE_BLOCK],
    ['no severity', chosen(opening.INCIDENT_SEVERITY_BLOCK, null), opening.INCIDENT_SEVERITY_BLOCK],
    ['a severity of another world', chosen(opening.INCIDENT_SEVERITY_BLOCK, 'sev0'), opening.INCIDENT_SEVERITY_BLOCK],
    ['no summary', typed({ [opening.INCIDENT_SUMMARY_BLOCK]: ' ' }), opening.INCIDENT_SUMMARY_BLOCK],
    ['too many symptoms', typed({ [opening.INCIDENT_SYMPTOMS_BLOCK]: 'x\n'.repeat(21) }), opening.INCIDENT_SYMPTOMS_BLOCK],
    [
      'a symptom as long as a book',
      typed({ [opening.INCIDENT_SYMPTOMS_BLOCK]: 'x'.repeat(501) }),
      opening.INCIDENT_SYMPTOMS_BLOCK,
    ],
  ])('%s is refused at the field', (_what, change, block) => {
    const parsed = submit(change);
    expect(parsed.ok ? [] : Object.keys(parsed.errors)).toEqual([block]);
  });

  test.each<[number]>([[0], [1], [100], [101], [950]])('%i known services make a form that Slack takes', (count) => {
    const services = Array.from({ length: count }, (_unused, index) => `service-${String(index).padStart(4, '0')}`);
    const view = opening.openIncidentModal(services, metadata, { service: services[0] ?? 'typed', severity: 'low' });
    expect(viewFaults(view, 'modal', NOBODY)).toEqual([]);
    expect(services.every((service) => JSON.stringify(view).includes(`"${service}"`))).toBe(true);
  });

  test.each(NAUGHTY.map((text, index) => [index, text] as const))('a draft with hostile text %i still is one', (_index, text) => {
    expect(
      viewFaults(
        opening.openIncidentModal(['payments-api'], metadata, { service: text, summary: text, symptoms: [text] }),
        'modal',
        NOBODY,
      ),
    ).toEqual([]);
  });
});
