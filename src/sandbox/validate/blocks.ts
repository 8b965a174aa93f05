import { ELEMENTS } from './elements.ts';
import { problem } from './problem.ts';
import { richText } from './rich-text.ts';
import {
  anyOf,
  anything,
  boolean,
  exactlyOneOf,
  type Fields,
  integer,
  list,
  number,
  object,
  oneOf,
  type Rule,
  string,
  typed,
} from './rules.ts';
import { altText, anyText, mrkdwn, plainText, slackFile, webAddress } from './texts.ts';

const ID_MAX = 255;
const SELECTS = ['static_select', 'external_select', 'users_select', 'conversations_select', 'channels_select'];
const MENUS = [...SELECTS, ...SELECTS.map((type) => `multi_${type}`)];
const PICKERS = ['datepicker', 'timepicker', 'radio_buttons', 'checkboxes'];
const IN_ACTIONS = ['button', 'workflow_button', 'overflow', 'datetimepicker', 'rich_text_input', ...PICKERS, ...MENUS];
const IN_SECTION = ['button', 'workflow_button', 'overflow', 'image', ...PICKERS, ...MENUS];
const IN_INPUT = [
  'plain_text_input',
  'email_text_input',
  'url_text_input',
  'number_input',
  'rich_text_input',
  'file_input',
  'datetimepicker',
  ...PICKERS,
  ...MENUS,
];
const IN_CONTAINER = [
  'actions',
  'context',
  'divider',
  'file',
  'header',
  'image',
  'input',
  'rich_text',
  'section',
  'table',
  'video',
];

const oneElement = (accepted: readonly string[]): Rule => typed(() => ELEMENTS, accepted);
const block = (required: Fields, optional: Fields = {}, ...whole: readonly Rule[]): Rule =>
  object({ type: anything, ...required }, { block_id: string(ID_MAX), ...optional }, ...whole);

const TABLE_COLUMNS_MAX = 20;
const DATA_TABLE_CHARACTERS_MAX = 20_000;
const cell = typed(() => CELLS);
const CELLS: Readonly<Record<string, Rule>> = {
  raw_text: object({ type: anything, text: string(3000) }),
  raw_number: object({ type: anything, value: number, text: string(3000) }),
  rich_text: richText,
};
const rows = (max: number): Rule => list(list(cell, TABLE_COLUMNS_MAX), max);
const column = object({}, { align: oneOf('left', 'center', 'right'), is_wrapped: boolean });

const tableFits: Rule = (value, at) => {
  const characters = JSON.stringify(value).length;
  return characters > DATA_TABLE_CHARACTERS_MAX
    ? [problem('too_long', `must be less than ${DATA_TABLE_CHARACTERS_MAX + 1} characters`, at, DATA_TABLE_CHARACTERS_MAX)]
    : [];
};

const taskCard = block(
  { task_id: string(ID_MAX), title: string(ID_MAX), status: oneOf('pending', 'in_progress', 'complete', 'error') },
  { details: richText, output: richText, sources: list(oneElement(['url']), TABLE_COLUMNS_MAX, 0) },
);
const card = block(
  {},
  {
    hero_image: oneElement(['image']),
    icon: oneElement(['image']),
    title: mrkdwn(150),
    subtitle: mrkdwn(150),
    body: mrkdwn(200),
    actions: list(oneElement(['button']), 3),
  },
  anyOf('hero_image', 'title', 'actions', 'body'),
);

/** Every block, by its type; the limits are Slack's. */
export const BLOCKS: Readonly<Record<string, Rule>> = {
  section: block(
    {},
    { text: anyText(3000), fields: list(anyText(2000), 10), accessory: oneElement(IN_SECTION), expand: boolean },
    anyOf('text', 'fields'),
  ),
  header: block({ text: plainText(150) }),
  divider: block({}),
  context: block({ elements: list(oneElement(['image', 'plain_text', 'mrkdwn']), 10) }),
  actions: block({ elements: list(oneElement(IN_ACTIONS), 25) }),
  context_actions: block({ elements: list(oneElement(['feedback_buttons', 'icon_button']), 5) }),
  input: block(
    { label: plainText(2000), element: oneElement(IN_INPUT) },
    { hint: plainText(2000), optional: boolean, dispatch_action: boolean },
  ),
  image: block(
    { alt_text: altText },
    { image_url: webAddress, slack_file: slackFile, title: plainText(2000) },
    exactlyOneOf('image_url', 'slack_file'),
  ),
  video: block(
    { video_url: webAddress, thumbnail_url: webAddress, alt_text: altText, title: plainText(199) },
    {
      title_url: webAddress,
      author_name: string(49),
      provider_name: string(ID_MAX),
      provider_icon_url: webAddress,
      description: plainText(200),
    },
  ),
  file: block({ source: oneOf('remote'), external_id: string(ID_MAX) }),
  rich_text: richText,
  markdown: block({ text: string(12_000) }),
  alert: block({ text: anyText(200) }, { level: oneOf('default', 'info', 'warning', 'error', 'success') }),
  task_card: taskCard,
  plan: block(
    { title: string(ID_MAX) },
    {
      tasks: list(
        typed(() => ({ task_card: taskCard })),
        50,
        0,
      ),
    },
  ),
  table: block({ rows: rows(100) }, { column_settings: list(column, TABLE_COLUMNS_MAX, 0) }),
  data_table: block(
    { rows: rows(201), caption: string(ID_MAX) },
    { page_size: integer(1, 100), row_header_column_index: integer(0, 19) },
    tableFits,
  ),
  card,
  carousel: block({
    elements: list(
      typed(() => ({ card })),
      10,
    ),
  }),
  container: block(
    {
      child_blocks: list(
        typed(() => BLOCKS, IN_CONTAINER),
        10,
      ),
    },
    {
      title: plainText(150),
      rich_text_title: richText,
      subtitle: anyText(150),
      width: oneOf('narrow', 'standard', 'wide', 'full'),
      icon: oneElement(['image']),
      is_collapsible: boolean,
      default_collapsed: boolean,
      has_header_divider: boolean,
    },
    anyOf('title', 'rich_text_title'),
  ),
};

/** Blocks that only messages show. */
const MESSAGE_ONLY = new Set(['markdown', 'table', 'data_table', 'plan', 'task_card', 'context_actions', 'file']);

export const messageBlock: Rule = typed(() => BLOCKS);
export const viewBlock: Rule = typed(
  () => BLOCKS,
  Object.keys(BLOCKS).filter((type) => !MESSAGE_ONLY.has(type)),
);
