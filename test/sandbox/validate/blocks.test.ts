import { expect, test } from 'vitest';
import { messageProblems } from '../../../src/sandbox/validate/message.ts';
import { problemText } from '../../../src/sandbox/validate/problem.ts';

const plain = (text: string) => ({ type: 'plain_text', text });
const mrkdwn = (text: string) => ({ type: 'mrkdwn', text });
const x = (count: number): string => 'x'.repeat(count);
const many = <Item>(count: number, item: (index: number) => Item): Item[] =>
  Array.from({ length: count }, (_, index) => item(index));
const rich = (text = 'a') => ({
  type: 'rich_text',
  elements: [{ type: 'rich_text_section', elements: [{ type: 'text', text }] }],
});
const button = (fields: object = {}) => ({ type: 'button', text: plain('Go'), ...fields });
const actions = (...elements: object[]) => [{ type: 'actions', elements }];
const options = (count: number) => many(count, (index) => ({ text: plain(`${index}`), value: `${index}` }));
const section = (accessory: object) => [{ type: 'section', text: mrkdwn('a'), accessory }];
const confirm = (fields: object = {}) => button({ confirm: { text: plain('Sure?'), ...fields } });
const card = (fields: object) => [{ type: 'card', title: mrkdwn('a'), ...fields }];
const task = (fields: object = {}) => ({ type: 'task_card', task_id: 't', title: 'Plan', status: 'pending', ...fields });
const image = { type: 'image', image_url: 'https://example.test/a.png', alt_text: 'a' };

const wrong = (blocks: unknown): string[] => messageProblems(blocks).map(problemText);

test.each<[string, unknown[]]>([
  ['a section with text', [{ type: 'section', text: mrkdwn(x(3000)) }]],
  ['a section with ten fields', [{ type: 'section', fields: many(10, () => mrkdwn('a')) }]],
  ['a header of 150 characters', [{ type: 'header', text: plain(x(150)) }]],
  ['a divider', [{ type: 'divider' }]],
  ['a context of ten elements', [{ type: 'context', elements: [image, ...many(9, () => plain('a'))] }]],
  ['25 actions', actions(...many(25, (index) => button({ action_id: `${index}` })))],
  [
    'a button at all its limits',
    actions(
      button({
        text: plain(x(75)),
        value: x(2000),
        url: `https://e.test/${x(2985)}`,
        accessibility_label: x(75),
        action_id: x(255),
      }),
    ),
  ],
  [
    'a confirmation at its limits',
    actions(confirm({ title: plain(x(100)), text: mrkdwn(x(300)), confirm: plain(x(30)), deny: plain(x(30)) })),
  ],
  ['a menu of 100 options', section({ type: 'static_select', options: options(100), placeholder: plain(x(150)) })],
  ['a menu of groups', section({ type: 'static_select', option_groups: [{ label: plain('a'), options: options(3) }] })],
  [
    'an option at its limits',
    section({ type: 'radio_buttons', options: [{ text: mrkdwn(x(75)), value: x(150), description: plain(x(75)) }] }),
  ],
  ['an overflow of five', section({ type: 'overflow', options: options(5) })],
  ['ten checkboxes', section({ type: 'checkboxes', options: options(10), initial_options: options(2) })],
  [
    'an input in a message',
    [{ type: 'input', label: plain(x(2000)), hint: plain('h'), element: { type: 'plain_text_input', max_length: 3000 } }],
  ],
  ['an image block', [{ ...image, title: plain(x(2000)), alt_text: x(2000) }]],
  ['rich text', [rich()]],
  ['markdown of 12000 characters', [{ type: 'markdown', text: x(12_000) }]],
  ['an alert', [{ type: 'alert', text: mrkdwn(x(200)), level: 'warning' }]],
  [
    'a plan of 50 tasks',
    [{ type: 'plan', title: 'Steps', tasks: many(50, () => task({ details: rich(), status: 'in_progress' })) }],
  ],
  ['a task card with sources', [task({ output: rich(), sources: [{ type: 'url', url: 'https://e.test', text: 'e' }] })]],
  [
    'a table of 100 rows',
    [{ type: 'table', rows: many(100, () => [{ type: 'raw_text', text: 'a' }]), column_settings: [{ align: 'right' }] }],
  ],
  ['a table of 20 columns', [{ type: 'table', rows: [many(20, () => ({ type: 'raw_number', value: 1, text: '1' }))] }]],
  ['context actions', [{ type: 'context_actions', elements: [{ type: 'icon_button', icon: 'trash', text: plain('a') }] }]],
  [
    'a card at its limits',
    card({ title: mrkdwn(x(150)), body: mrkdwn(x(200)), actions: many(3, (index) => button({ action_id: `${index}` })) }),
  ],
  ['a carousel of ten', [{ type: 'carousel', elements: many(10, () => card({})[0]) }]],
  ['a container', [{ type: 'container', title: plain('a'), child_blocks: many(10, () => ({ type: 'divider' })) }]],
  ['50 blocks', many(50, () => ({ type: 'divider' }))],
  ['the same action_id in two blocks', [...actions(button({ action_id: 'go' })), ...actions(button({ action_id: 'go' }))]],
])('%s is accepted', (_claim, blocks) => {
  expect(wrong(blocks)).toEqual([]);
});

test.each<[string, unknown, string]>([
  ['blocks that are no list', {}, 'must be an array [json-pointer:/blocks]'],
  ['51 blocks', many(51, () => ({ type: 'divider' })), 'no more than 50 items allowed [json-pointer:/blocks]'],
  ['an unknown block', [{ type: 'banner' }], 'unsupported type: banner [json-pointer:/blocks/0/type]'],
  ['a block without a type', [{ text: 'a' }], 'missing required field: type [json-pointer:/blocks/0]'],
  [
    'an unknown field',
    [{ type: 'divider', colour: 'red' }],
    'invalid additional property: colour [json-pointer:/blocks/0/colour]',
  ],
  [
    'a section of 3001 characters',
    [{ type: 'section', text: mrkdwn(x(3001)) }],
    'must be less than 3001 characters [json-pointer:/blocks/0/text/text]',
  ],
  ['an empty text', [{ type: 'section', text: mrkdwn('') }], 'must be more than 0 characters [json-pointer:/blocks/0/text/text]'],
  ['a section without text or fields', [{ type: 'section' }], 'must define either `text` or `fields` [json-pointer:/blocks/0]'],
  [
    'eleven fields',
    [{ type: 'section', fields: many(11, () => plain('a')) }],
    'no more than 10 items allowed [json-pointer:/blocks/0/fields]',
  ],
  [
    'a field of 2001 characters',
    [{ type: 'section', fields: [plain(x(2001))] }],
    'must be less than 2001 characters [json-pointer:/blocks/0/fields/0/text]',
  ],
  [
    'a header of 151 characters',
    [{ type: 'header', text: plain(x(151)) }],
    'must be less than 151 characters [json-pointer:/blocks/0/text/text]',
  ],
  ['mrkdwn in a header', [{ type: 'header', text: mrkdwn('a') }], 'unsupported type: mrkdwn [json-pointer:/blocks/0/text/type]'],
  [
    'eleven context elements',
    [{ type: 'context', elements: many(11, () => plain('a')) }],
    'no more than 10 items allowed [json-pointer:/blocks/0/elements]',
  ],
  [
    'a button in a context',
    [{ type: 'context', elements: [button()] }],
    'unsupported type: button [json-pointer:/blocks/0/elements/0/type]',
  ],
  ['no actions', actions(), 'must provide at least 1 items [json-pointer:/blocks/0/elements]'],
  ['26 actions', actions(...many(26, () => button())), 'no more than 25 items allowed [json-pointer:/blocks/0/elements]'],
  [
    'a text input among actions',
    actions({ type: 'plain_text_input' }),
    'unsupported type: plain_text_input [json-pointer:/blocks/0/elements/0/type]',
  ],
  [
    'a button text of 76 characters',
    actions(button({ text: plain(x(76)) })),
    'must be less than 76 characters [json-pointer:/blocks/0/elements/0/text/text]',
  ],
  [
    'a button value of 2001 characters',
    actions(button({ value: x(2001) })),
    'must be less than 2001 characters [json-pointer:/blocks/0/elements/0/value]',
  ],
  [
    'a button url with a script',
    actions(button({ url: 'javascript:alert(1)' })),
    'must be a valid URL [json-pointer:/blocks/0/elements/0/url]',
  ],
  [
    'an unknown button style',
    actions(button({ style: 'green' })),
    'must be one of: primary, danger [json-pointer:/blocks/0/elements/0/style]',
  ],
  [
    'an action_id of 256 characters',
    actions(button({ action_id: x(256) })),
    'must be less than 256 characters [json-pointer:/blocks/0/elements/0/action_id]',
  ],
  [
    'a confirmation title of 101 characters',
    actions(confirm({ title: plain(x(101)) })),
    'must be less than 101 characters [json-pointer:/blocks/0/elements/0/confirm/title/text]',
  ],
  [
    'a confirm label of 31 characters',
    actions(confirm({ confirm: plain(x(31)) })),
    'must be less than 31 characters [json-pointer:/blocks/0/elements/0/confirm/confirm/text]',
  ],
  [
    '101 options',
    section({ type: 'static_select', options: options(101) }),
    'no more than 100 items allowed [json-pointer:/blocks/0/accessory/options]',
  ],
  [
    'a menu without options',
    section({ type: 'static_select' }),
    'must define exactly one of `options`, `option_groups` [json-pointer:/blocks/0/accessory]',
  ],
  [
    'an initial option that is not shown',
    section({ type: 'static_select', options: options(2), initial_option: { text: plain('9'), value: '9' } }),
    'initial option must match one of the options [json-pointer:/blocks/0/accessory]',
  ],
  [
    'two options of one value',
    section({ type: 'static_select', options: [...options(1), ...options(1)] }),
    'the values of options must be unique [json-pointer:/blocks/0/accessory/options]',
  ],
  [
    'an option value of 151 characters',
    section({ type: 'overflow', options: [{ text: plain('a'), value: x(151) }] }),
    'must be less than 151 characters [json-pointer:/blocks/0/accessory/options/0/value]',
  ],
  [
    'an overflow of six',
    section({ type: 'overflow', options: options(6) }),
    'no more than 5 items allowed [json-pointer:/blocks/0/accessory/options]',
  ],
  [
    'eleven radio buttons',
    section({ type: 'radio_buttons', options: options(11) }),
    'no more than 10 items allowed [json-pointer:/blocks/0/accessory/options]',
  ],
  [
    'a placeholder of 151 characters',
    section({ type: 'users_select', placeholder: plain(x(151)) }),
    'must be less than 151 characters [json-pointer:/blocks/0/accessory/placeholder/text]',
  ],
  [
    'a max_length above 3000',
    [{ type: 'input', label: plain('a'), element: { type: 'plain_text_input', max_length: 3001 } }],
    'must be between 1 and 3000 [json-pointer:/blocks/0/element/max_length]',
  ],
  [
    'a button as an input',
    [{ type: 'input', label: plain('a'), element: button() }],
    'unsupported type: button [json-pointer:/blocks/0/element/type]',
  ],
  [
    'an image without alt_text',
    [{ type: 'image', image_url: 'https://e.test' }],
    'missing required field: alt_text [json-pointer:/blocks/0]',
  ],
  [
    'an image from a data address',
    [{ ...image, image_url: 'data:image/png;base64,AA' }],
    'must be a valid URL [json-pointer:/blocks/0/image_url]',
  ],
  [
    'an image of two sources',
    [{ ...image, slack_file: { id: 'F1' } }],
    'must define exactly one of `image_url`, `slack_file` [json-pointer:/blocks/0]',
  ],
  [
    'an unknown rich text element',
    [{ type: 'rich_text', elements: [{ type: 'paragraph' }] }],
    'unsupported type: paragraph [json-pointer:/blocks/0/elements/0/type]',
  ],
  [
    'a mention in preformatted text',
    [{ type: 'rich_text', elements: [{ type: 'rich_text_preformatted', elements: [{ type: 'user', user_id: 'U1' }] }] }],
    'unsupported type: user [json-pointer:/blocks/0/elements/0/elements/0/type]',
  ],
  [
    'an alert of 201 characters',
    [{ type: 'alert', text: plain(x(201)) }],
    'must be less than 201 characters [json-pointer:/blocks/0/text/text]',
  ],
  [
    'an alert of an unknown level',
    [{ type: 'alert', text: plain('a'), level: 'fatal' }],
    'must be one of: default, info, warning, error, success [json-pointer:/blocks/0/level]',
  ],
  [
    'a plan of 51 tasks',
    [{ type: 'plan', title: 'a', tasks: many(51, () => task()) }],
    'no more than 50 items allowed [json-pointer:/blocks/0/tasks]',
  ],
  [
    'a task without an id',
    [{ type: 'task_card', title: 'a', status: 'pending' }],
    'missing required field: task_id [json-pointer:/blocks/0]',
  ],
  [
    'a task of an unknown status',
    [task({ status: 'done' })],
    'must be one of: pending, in_progress, complete, error [json-pointer:/blocks/0/status]',
  ],
  [
    '101 table rows',
    [{ type: 'table', rows: many(101, () => [{ type: 'raw_text', text: 'a' }]) }],
    'no more than 100 items allowed [json-pointer:/blocks/0/rows]',
  ],
  [
    '21 table columns',
    [{ type: 'table', rows: [many(21, () => ({ type: 'raw_text', text: 'a' }))] }],
    'no more than 20 items allowed [json-pointer:/blocks/0/rows/0]',
  ],
  [
    'two tables',
    many(2, () => ({ type: 'table', rows: [[{ type: 'raw_text', text: 'a' }]] })),
    'only_one_table_allowed [json-pointer:/blocks/1]',
  ],
  [
    'six context actions',
    [{ type: 'context_actions', elements: many(6, () => ({ type: 'icon_button', icon: 'trash', text: plain('a') })) }],
    'no more than 5 items allowed [json-pointer:/blocks/0/elements]',
  ],
  [
    'a card with nothing in it',
    [{ type: 'card', subtitle: mrkdwn('a') }],
    'must define either `hero_image` or `title` or `actions` or `body` [json-pointer:/blocks/0]',
  ],
  [
    'a card body of 201 characters',
    card({ body: mrkdwn(x(201)) }),
    'must be less than 201 characters [json-pointer:/blocks/0/body/text]',
  ],
  [
    'four card actions',
    card({ actions: many(4, () => button()) }),
    'no more than 3 items allowed [json-pointer:/blocks/0/actions]',
  ],
  [
    'eleven children',
    [{ type: 'container', title: plain('a'), child_blocks: many(11, () => ({ type: 'divider' })) }],
    'no more than 10 items allowed [json-pointer:/blocks/0/child_blocks]',
  ],
  [
    'two blocks of one block_id',
    many(2, () => ({ type: 'divider', block_id: 'same' })),
    '`block_id` same already exists [json-pointer:/blocks/1/block_id]',
  ],
  [
    'one action_id twice in a block',
    actions(button({ action_id: 'go' }), button({ action_id: 'go' })),
    '`action_id` go already exists [json-pointer:/blocks/0/elements/1/action_id]',
  ],
  [
    'markdown of 12001 characters in two blocks',
    [
      { type: 'markdown', text: x(6001) },
      { type: 'markdown', text: x(6000) },
    ],
    'all markdown blocks together must be less than 12001 characters [json-pointer:/blocks]',
  ],
])('%s is refused, with the place', (_claim, blocks, expected) => {
  expect(wrong(blocks)).toContain(expected);
});

test('the text of a whole message has a ceiling of its own', () => {
  const sections = (characters: number) => [
    ...many(4, () => ({ type: 'section', text: mrkdwn(x(3000)) })),
    { type: 'section', text: mrkdwn(x(characters)) },
  ];
  expect(messageProblems(sections(1000))).toEqual([]);
  expect(messageProblems(sections(1001))).toMatchObject([{ code: 'msg_blocks_too_long', constraint: 13_000 }]);
});
