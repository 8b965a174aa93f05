import type { InputBlock, ModalView } from '@slack/types';
import { z } from 'zod';
import type { Action, ParameterSpec, Parameters, ParameterValue } from '../contracts/catalogue.ts';
import type { Incident } from '../contracts/incident.ts';
import { RevisionRef } from '../contracts/revision-ref.ts';
import { paragraph, rich } from './blocks.ts';
import {
  type FormErrors,
  fieldOf,
  modal,
  numberInput,
  type Parsed,
  radio,
  readMetadata,
  readValues,
  select,
  textInput,
  type Values,
} from './inputs.ts';
import { bold, data, line, words } from './line.ts';

export const CHOOSE_ACTION_SUBMITTED = 'choose_action_submitted';
/** The select dispatches under this id, so that the form can show the parameters of what was chosen. */
export const CHOOSE_ACTION_SELECT = 'choose_action_select';
export const CHOOSE_ACTION_BLOCK = 'choose_action';

const Metadata = z.strictObject({
  ref: RevisionRef,
  channel: z.string(),
  event_key: z.string(),
  /** The action whose parameters the form shows; null in the first step. */
  action_id: z.string().nullable(),
});
export type ChooseActionMetadata = z.infer<typeof Metadata>;

export const readChooseActionMetadata = (privateMetadata: string): ChooseActionMetadata =>
  readMetadata(Metadata, privateMetadata);

export type ChooseActionFrom = Omit<ChooseActionMetadata, 'action_id'>;

/**
 * First step: the catalogue. Second step, shown by updating the view: the same with the inputs of the chosen action,
 * filled with its defaults. `actions` are those that may be used for the incident's service.
 */
export function chooseActionModal(
  actions: readonly Action[],
  incident: Incident,
  from: ChooseActionFrom,
  chosen: Action | null = null,
): ModalView {
  const catalogue = select({
    block: CHOOSE_ACTION_BLOCK,
    action: CHOOSE_ACTION_SELECT,
    label: 'Action',
    placeholder: 'Choose an action of the catalogue',
    choices: actions.map(({ id, title, risk }) => ({ value: id, label: title, description: `${id} · ${risk} risk` })),
    value: chosen?.id,
    dispatch: true,
  });
  const none = rich(paragraph(line`The catalogue has no action for this service.`));
  const metadata: ChooseActionMetadata = { ...from, action_id: chosen?.id ?? null };
  return modal({
    callback: CHOOSE_ACTION_SUBMITTED,
    title: 'Choose an action',
    ...(catalogue === null ? {} : { submit: 'Check it' }),
    metadata,
    blocks: [...(catalogue === null ? none : [catalogue]), ...(chosen === null ? [] : parameters(chosen, incident)), ...note()],
  });
}

const note = () =>
  rich(paragraph(line`Your choice is checked like any other plan, and somebody else has to approve it if it is blocked.`));

function parameters(action: Action, incident: Incident): ModalView['blocks'] {
  const about = rich(paragraph(line`${bold(action.title)} ${words('·')} ${data(action.description, 500)}`));
  return [...about, ...Object.entries(action.parameters).map(([name, spec]) => parameterInput(action.id, name, spec, incident))];
}

/** The block id names the action too: Slack keeps what was typed under an id that stays, across two actions' forms. */
export const parameterBlock = (actionId: string, name: string): string => `parameter:${actionId}:${name}`;

function defaultOf(spec: ParameterSpec, incident: Incident): ParameterValue | undefined {
  if (spec.default !== undefined) return spec.default;
  if (spec.from === 'incident.service') return incident.service;
  return spec.from === 'incident.severity' ? incident.severity : undefined;
}

function parameterInput(actionId: string, name: string, spec: ParameterSpec, incident: Incident): InputBlock {
  const common = { block: parameterBlock(actionId, name), action: 'value', label: spec.title, optional: !spec.required };
  const initial = defaultOf(spec, incident);
  const text = initial === undefined ? undefined : String(initial);
  switch (spec.type) {
    case 'integer':
    case 'number': {
      const { min, max } = spec;
      const value = typeof initial === 'number' ? initial : undefined;
      return numberInput({ ...common, decimal: spec.type === 'number', min, max, value, hint: `${min} to ${max}` });
    }
    case 'boolean':
      return radio({ ...common, value: text, choices: YES_NO });
    case 'choice': {
      const choices = spec.options.map((value) => ({ value, label: value }));
      return select({ ...common, choices, value: text }) ?? textInput(common);
    }
    case 'name':
      return textInput({ ...common, max: 200, ...(text === undefined ? {} : { value: text }) });
  }
}

const YES_NO = [
  { value: 'true', label: 'Yes' },
  { value: 'false', label: 'No' },
];

export type ChooseActionSubmission = ChooseActionFrom & { action_id: string; parameters: Parameters };

/** The submitted form, read by the chosen action's own parameters. `actions` as the form was built with. */
export function parseChooseActionSubmission(
  values: unknown,
  privateMetadata: string,
  actions: readonly Action[],
): Parsed<ChooseActionSubmission> {
  const { action_id: shown, ...from } = readMetadata(Metadata, privateMetadata);
  const read = readValues(values);
  const chosen = fieldOf(read, CHOOSE_ACTION_BLOCK);
  const action = actions.find(({ id }) => id === chosen);
  if (action === undefined) return refused(CHOOSE_ACTION_BLOCK, 'Choose an action of the catalogue.');
  // The second step has not been shown for it: its parameters were never on the screen.
  const unseen = shown !== action.id && Object.keys(action.parameters).length > 0;
  if (unseen) return refused(CHOOSE_ACTION_BLOCK, 'Wait until the parameters of this action are shown.');

  const { found, errors } = readParameters(action, read);
  return Object.keys(errors).length > 0 ? { ok: false, errors } : { ok: true, ...from, action_id: action.id, parameters: found };
}

const refused = (block: string, why: string) => ({ ok: false as const, errors: { [block]: why } });

function readParameters(action: Action, read: Values): { found: Parameters; errors: FormErrors } {
  const found: Parameters = {};
  const errors: FormErrors = {};
  for (const [name, spec] of Object.entries(action.parameters)) {
    const block = parameterBlock(action.id, name);
    const value = readParameter(spec, fieldOf(read, block).trim());
    if (value.problem !== undefined) errors[block] = value.problem;
    if (value.given !== undefined) found[name] = value.given;
  }
  return { found, errors };
}

type Read = { given?: ParameterValue; problem?: string };

function readParameter(spec: ParameterSpec, text: string): Read {
  if (text !== '') return readGiven(spec, text);
  return spec.required ? { problem: 'A value is needed.' } : {};
}

function readGiven(spec: ParameterSpec, text: string): Read {
  switch (spec.type) {
    case 'integer':
    case 'number':
      return readNumber(spec, Number(text));
    case 'boolean':
      return text === 'true' || text === 'false' ? { given: text === 'true' } : { problem: 'Choose yes or no.' };
    case 'choice':
      return spec.options.includes(text) ? { given: text } : { problem: 'Choose one of the list.' };
    case 'name':
      return new RegExp(spec.pattern, 'u').test(text) ? { given: text } : { problem: `It must fit ${spec.pattern}` };
  }
}

type Numeric = Extract<ParameterSpec, { type: 'integer' | 'number' }>;
function readNumber({ type, min, max }: Numeric, value: number): Read {
  const whole = type === 'number' || Number.isInteger(value);
  return Number.isFinite(value) && whole && value >= min && value <= max
    ? { given: value }
    : { problem: `${type === 'integer' ? 'A whole number' : 'A number'} from ${min} to ${max}.` };
}
