import { isRecord } from '../workspace/elements.ts';
import { type Problem, problem } from './problem.ts';
import { richText } from './rich-text.ts';
import {
  anything,
  boolean,
  exactlyOneOf,
  type Fields,
  integer,
  list,
  matching,
  object,
  oneOf,
  type Rule,
  string,
} from './rules.ts';
import { altText, anyText, confirm, link, option, optionGroup, placeholder, plainText, slackFile, webAddress } from './texts.ts';

const ID_MAX = 255;
const VALUE_MAX = 2000;
const LABEL_MAX = 75;
const OPTIONS_MAX = 100;
const CHOICES_MAX = 10;
const OVERFLOW_MAX = 5;
const INPUT_MAX = 3000;
const LINES_MAX = 100;
const SECONDS_MAX = 9_999_999_999;

const style = oneOf('primary', 'danger');
const label = string(LABEL_MAX);
const ids = list(string(ID_MAX), OPTIONS_MAX);
const dispatchConfig = object({}, { trigger_actions_on: list(oneOf('on_enter_pressed', 'on_character_entered'), 2) });

const element = (required: Fields, optional: Fields, ...whole: readonly Rule[]): Rule =>
  object({ type: anything, ...required }, { action_id: string(ID_MAX), ...optional }, ...whole);

const chosen: Fields = { confirm, focus_on_load: boolean, placeholder };
const typedInput: Fields = { focus_on_load: boolean, placeholder, dispatch_action_config: dispatchConfig };
const several: Fields = { ...chosen, max_selected_items: integer(1, OPTIONS_MAX) };
const conversations: Fields = {
  default_to_current_conversation: boolean,
  filter: object(
    {},
    {
      include: list(oneOf('im', 'mpim', 'private', 'public'), 4),
      exclude_external_shared_channels: boolean,
      exclude_bot_users: boolean,
    },
  ),
};
const menu: Fields = { options: list(option(), OPTIONS_MAX), option_groups: list(optionGroup(OPTIONS_MAX), OPTIONS_MAX) };
const asked = { min_query_length: integer(0, ID_MAX) };
const feedback = object({ text: plainText(LABEL_MAX), value: string(VALUE_MAX) }, { accessibility_label: label });

/** A preselected option must be one of those shown. */
const initialIsShown: Rule = (value, at) => {
  if (!isRecord(value)) return [];
  const shown = optionValues(value);
  const initial = [value.initial_option, ...(Array.isArray(value.initial_options) ? value.initial_options : [])].filter(isRecord);
  return initial.every((one) => shown.includes(one.value))
    ? []
    : [problem('invalid_value', 'initial option must match one of the options', at)];
};

const valuesDiffer: Rule = (value, at): Problem[] => {
  const shown = isRecord(value) ? optionValues(value) : [];
  return new Set(shown).size === shown.length
    ? []
    : [problem('duplicate', 'the values of options must be unique', `${at}/options`)];
};

function optionValues({ options, option_groups: groups }: Record<string, unknown>): unknown[] {
  const grouped = (Array.isArray(groups) ? groups : []).flatMap((group: unknown) =>
    isRecord(group) && Array.isArray(group.options) ? group.options : [],
  );
  return [...(Array.isArray(options) ? options : []), ...grouped].filter(isRecord).map((one) => one.value);
}

const image = object(
  { type: anything, alt_text: altText },
  { image_url: webAddress, slack_file: slackFile },
  exactlyOneOf('image_url', 'slack_file'),
);

/** Every block element, by its type. */
export const ELEMENTS: Readonly<Record<string, Rule>> = {
  image,
  plain_text: object({ type: anything, text: string(INPUT_MAX) }, { emoji: boolean }),
  mrkdwn: object({ type: anything, text: string(INPUT_MAX) }, { verbatim: boolean }),
  button: element(
    { text: plainText(LABEL_MAX) },
    { value: string(VALUE_MAX, 0), url: link, style, confirm, accessibility_label: label },
  ),
  workflow_button: element({ text: plainText(LABEL_MAX), workflow: anything }, { style, confirm, accessibility_label: label }),
  icon_button: element(
    { icon: string(ID_MAX), text: plainText(LABEL_MAX) },
    { value: string(VALUE_MAX), confirm, accessibility_label: label, visible_to_user_ids: ids },
  ),
  feedback_buttons: element({ positive_button: feedback, negative_button: feedback }, {}),
  overflow: element({ options: list(option(plainText, true), OVERFLOW_MAX) }, { confirm }, valuesDiffer),
  checkboxes: element(
    { options: list(option(anyText), CHOICES_MAX) },
    { initial_options: list(option(anyText), CHOICES_MAX), confirm, focus_on_load: boolean },
    initialIsShown,
    valuesDiffer,
  ),
  radio_buttons: element(
    { options: list(option(anyText), CHOICES_MAX) },
    { initial_option: option(anyText), confirm, focus_on_load: boolean },
    initialIsShown,
    valuesDiffer,
  ),
  static_select: element(
    {},
    { ...chosen, ...menu, initial_option: option() },
    exactlyOneOf('options', 'option_groups'),
    initialIsShown,
    valuesDiffer,
  ),
  multi_static_select: element(
    {},
    { ...several, ...menu, initial_options: list(option(), OPTIONS_MAX) },
    exactlyOneOf('options', 'option_groups'),
    initialIsShown,
    valuesDiffer,
  ),
  external_select: element({}, { ...chosen, ...asked, initial_option: option() }),
  multi_external_select: element({}, { ...several, ...asked, initial_options: list(option(), OPTIONS_MAX) }),
  users_select: element({}, { ...chosen, initial_user: string(ID_MAX) }),
  multi_users_select: element({}, { ...several, initial_users: ids }),
  conversations_select: element(
    {},
    { ...chosen, ...conversations, initial_conversation: string(ID_MAX), response_url_enabled: boolean },
  ),
  multi_conversations_select: element({}, { ...several, ...conversations, initial_conversations: ids }),
  channels_select: element({}, { ...chosen, initial_channel: string(ID_MAX), response_url_enabled: boolean }),
  multi_channels_select: element({}, { ...several, initial_channels: ids }),
  datepicker: element({}, { ...chosen, initial_date: matching(/^\d{4}-\d{2}-\d{2}$/, 'a date as YYYY-MM-DD') }),
  timepicker: element(
    {},
    { ...chosen, initial_time: matching(/^(?:[01]\d|2[0-3]):[0-5]\d$/, 'a time as HH:mm'), timezone: string(ID_MAX) },
  ),
  datetimepicker: element({}, { confirm, focus_on_load: boolean, initial_date_time: integer(0, SECONDS_MAX) }),
  plain_text_input: element(
    {},
    {
      ...typedInput,
      initial_value: string(INPUT_MAX, 0),
      multiline: boolean,
      min_length: integer(0, INPUT_MAX),
      max_length: integer(1, INPUT_MAX),
    },
  ),
  email_text_input: element({}, { ...typedInput, initial_value: string(INPUT_MAX, 0) }),
  url_text_input: element({}, { ...typedInput, initial_value: string(INPUT_MAX, 0) }),
  number_input: element(
    { is_decimal_allowed: boolean },
    { ...typedInput, initial_value: string(ID_MAX), min_value: string(ID_MAX), max_value: string(ID_MAX) },
  ),
  rich_text_input: element(
    {},
    { ...typedInput, initial_value: richText, min_lines: integer(1, LINES_MAX), max_lines: integer(1, LINES_MAX) },
  ),
  file_input: element({}, { filetypes: list(string(ID_MAX), OPTIONS_MAX), max_files: integer(1, CHOICES_MAX) }),
  url: object({ type: anything, url: webAddress, text: string(INPUT_MAX) }),
};
