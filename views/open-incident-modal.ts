import type { ModalView } from '@slack/types';
import { z } from 'zod';
import { SUMMARY_CHARS_MAX, SYMPTOMS_MAX } from '../contracts/incident.ts';
import { SEVERITIES, ServiceName, Severity } from '../contracts/words.ts';
import { type FormErrors, fieldOf, modal, type Parsed, radio, readMetadata, readValues, select, textInput } from './inputs.ts';
import { SEVERITY } from './words.ts';

export const OPEN_INCIDENT_SUBMITTED = 'open_incident_submitted';
export const INCIDENT_SERVICE_BLOCK = 'incident_service';
export const INCIDENT_OTHER_SERVICE_BLOCK = 'incident_other_service';
export const INCIDENT_SEVERITY_BLOCK = 'incident_severity';
export const INCIDENT_SUMMARY_BLOCK = 'incident_summary';
export const INCIDENT_SYMPTOMS_BLOCK = 'incident_symptoms';

const SYMPTOM_CHARS_MAX = 500;

/** Where the answer goes, and the key by which two submissions of one form are one incident. */
const Metadata = z.strictObject({
  channel: z.string().nullable(),
  source: z.enum(['modal', 'shortcut']),
  intake_key: z.string(),
});
export type OpenIncidentMetadata = z.infer<typeof Metadata>;

export type IncidentDraft = { service?: string; severity?: Severity; summary?: string; symptoms?: readonly string[] };

const MEANING: Record<Severity, string> = {
  low: 'Nobody is hurt yet',
  medium: 'Some requests are slow or fail',
  high: 'Many people are affected',
  critical: 'The service is down; nothing runs by itself',
};

export function openIncidentModal(
  services: readonly string[],
  metadata: OpenIncidentMetadata,
  draft: IncidentDraft = {},
): ModalView {
  const known = [...services].sort();
  const listed = draft.service !== undefined && known.includes(draft.service);
  const choice = select({
    block: INCIDENT_SERVICE_BLOCK,
    action: 'value',
    label: 'Service',
    placeholder: 'Choose a service',
    choices: known.map((service) => ({ value: service, label: service })),
    value: draft.service,
    optional: true,
  });
  const other = textInput({
    block: INCIDENT_OTHER_SERVICE_BLOCK,
    action: 'value',
    label: choice === null ? 'Service' : 'Or a service that is not listed',
    hint: 'Opening an incident for a service that nothing names yet is up to approvers.',
    max: 100,
    optional: choice !== null,
    ...(draft.service === undefined || listed ? {} : { value: draft.service }),
  });
  return modal({
    callback: OPEN_INCIDENT_SUBMITTED,
    title: 'Open an incident',
    submit: 'Open',
    metadata,
    blocks: [...(choice === null ? [] : [choice]), other, ...story(draft)],
  });
}

function story({ severity, summary, symptoms = [] }: IncidentDraft): ModalView['blocks'] {
  return [
    radio({
      block: INCIDENT_SEVERITY_BLOCK,
      action: 'value',
      label: 'Severity',
      choices: SEVERITIES.map((value) => ({ value, label: SEVERITY[value], description: MEANING[value] })),
      value: severity,
    }),
    textInput({
      block: INCIDENT_SUMMARY_BLOCK,
      action: 'value',
      label: 'What happens?',
      placeholder: 'P99 latency went from 220 ms to 1400 ms',
      multiline: true,
      max: SUMMARY_CHARS_MAX,
      ...(summary === undefined ? {} : { value: summary }),
    }),
    textInput({
      block: INCIDENT_SYMPTOMS_BLOCK,
      action: 'value',
      label: 'Symptoms',
      hint: `One a line, ${SYMPTOMS_MAX} at most.`,
      multiline: true,
      optional: true,
      value: symptoms.join('\n'),
    }),
  ];
}

export type OpenIncidentSubmission = OpenIncidentMetadata & {
  service: string;
  severity: Severity;
  summary: string;
  symptoms: string[];
};

/** The submitted form. Whether the service is known is not decided here: that is one rule for every way in. */
export function parseOpenIncidentSubmission(values: unknown, privateMetadata: string): Parsed<OpenIncidentSubmission> {
  const metadata = readMetadata(Metadata, privateMetadata);
  const read = readValues(values);
  const typed = fieldOf(read, INCIDENT_OTHER_SERVICE_BLOCK).trim().toLowerCase();
  const chosen = fieldOf(read, INCIDENT_SERVICE_BLOCK);
  const service = ServiceName.safeParse(typed === '' ? chosen : typed);
  const severity = Severity.safeParse(fieldOf(read, INCIDENT_SEVERITY_BLOCK));
  const summary = fieldOf(read, INCIDENT_SUMMARY_BLOCK).trim();
  const symptoms = lines(fieldOf(read, INCIDENT_SYMPTOMS_BLOCK));

  const errors: FormErrors = {
    ...serviceErrors(chosen, typed, service.success),
    ...(severity.success ? {} : { [INCIDENT_SEVERITY_BLOCK]: 'Choose a severity.' }),
    ...(summary === '' ? { [INCIDENT_SUMMARY_BLOCK]: 'Say what happens.' } : {}),
    ...symptomErrors(symptoms),
  };
  if (!service.success || !severity.success || Object.keys(errors).length > 0) return { ok: false, errors };
  return { ok: true, ...metadata, service: service.data, severity: severity.data, summary, symptoms };
}

const lines = (text: string): string[] =>
  text
    .split('\n')
    .map((symptom) => symptom.trim())
    .filter((symptom) => symptom !== '');

function serviceErrors(chosen: string, typed: string, valid: boolean): FormErrors {
  if (chosen !== '' && typed !== '' && chosen !== typed)
    return { [INCIDENT_OTHER_SERVICE_BLOCK]: 'Either choose a service above or name one here.' };
  if (valid) return {};
  const why = typed === '' ? 'Name the service.' : 'A service name has lower-case letters, digits, dots and dashes.';
  return { [INCIDENT_OTHER_SERVICE_BLOCK]: why };
}

function symptomErrors(symptoms: readonly string[]): FormErrors {
  if (symptoms.length > SYMPTOMS_MAX) return { [INCIDENT_SYMPTOMS_BLOCK]: `At most ${SYMPTOMS_MAX} lines.` };
  const long = symptoms.some((symptom) => symptom.length > SYMPTOM_CHARS_MAX);
  return long ? { [INCIDENT_SYMPTOMS_BLOCK]: `A line has at most ${SYMPTOM_CHARS_MAX} characters.` } : {};
}
