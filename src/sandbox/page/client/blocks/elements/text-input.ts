import { useEffect, useRef } from 'preact/hooks';
import { type Drawn, el, use } from '../../dom.ts';
import { type Fields, fieldsIn, flagIn, listIn, numberIn, textIn, textsIn } from '../../fields.ts';
import { useSurface } from '../surface.ts';
import { labelOf } from '../text.ts';
import { useAnswer } from './answer.ts';
import type { ElementProps } from './element.ts';

const TYPES: Record<string, string> = { email_text_input: 'email', url_text_input: 'url', number_input: 'number' };

/** All elements a person types into. Lengths are held by the field itself; formats are judged on submit, as in Slack. */
export function textInput(props: ElementProps): Drawn {
  return use(TextInput, props);
}

function TextInput({ element, blockId, mode }: ElementProps): Drawn {
  const { ids, chosen, give } = useAnswer(element, blockId, perCharacter(element) ? mode : 'keep');
  const surface = useSurface();
  const field = useRef<HTMLElement>(null);
  const focus = flagIn(element, 'focus_on_load');
  useEffect(() => {
    if (focus) field.current?.focus();
  }, [focus]);
  const type = textIn(element, 'type') ?? '';
  const multiline = flagIn(element, 'multiline') || type === 'rich_text_input';
  const onInput = (event: Event): void => give(answerOf(type, typedIn(event)));
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter' || mode === 'keep' || perCharacter(element)) return;
    surface.act({ blockId, actionId: ids['data-action-id'], choice: { type, ...answerOf(type, typedIn(event)) } });
  };
  const shared = {
    ...ids,
    ref: field,
    class: 'field',
    placeholder: labelOf(element, 'placeholder'),
    value: shownValue(chosen, element),
    onInput,
    onKeyDown,
  };
  const limits = { maxLength: numberIn(element, 'max_length') };
  if (multiline) return el('textarea', { ...shared, ...limits, rows: 4 });
  return el('input', { ...shared, ...limits, type: TYPES[type] ?? 'text', ...numberLimits(element) });
}

/** Where each character is to be told; otherwise only Enter is. */
const perCharacter = (element: Fields): boolean =>
  textsIn(fieldsIn(element, 'dispatch_action_config') ?? {}, 'trigger_actions_on').includes('on_character_entered');

function numberLimits(element: Fields): Fields {
  return {
    min: textIn(element, 'min_value'),
    max: textIn(element, 'max_value'),
    step: flagIn(element, 'is_decimal_allowed') ? 'any' : undefined,
  };
}

const typedIn = (event: Event): string =>
  event.currentTarget instanceof HTMLInputElement || event.currentTarget instanceof HTMLTextAreaElement
    ? event.currentTarget.value
    : '';

/** rich_text_input answers with a rich_text block; the page types plain characters only. */
function answerOf(type: string, value: string): Fields {
  if (type !== 'rich_text_input') return { value: value === '' ? null : value };
  const section = { type: 'rich_text_section', elements: [{ type: 'text', text: value }] };
  return { rich_text_value: value === '' ? null : { type: 'rich_text', elements: [section] } };
}

function shownValue(chosen: Fields | undefined, element: Fields): string {
  if (chosen === undefined) return textIn(element, 'initial_value') ?? '';
  const rich = fieldsIn(chosen, 'rich_text_value');
  return textIn(chosen, 'value') ?? (rich === undefined ? '' : firstText(rich));
}

function firstText(rich: Fields): string {
  const section = listIn(rich, 'elements')[0] ?? {};
  return textIn(listIn(section, 'elements')[0] ?? {}, 'text') ?? '';
}
