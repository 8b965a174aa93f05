type Json = Record<string, unknown>;

const START = Math.floor(Date.now() / 1_000) - 600;
let count = 0;

/** A message as the control API shows it; later ones get later times. */
export function message(user: string, rest: Json): Json {
  count += 1;
  const isBot = user === 'governor' || user === 'deploybot';
  return {
    channel: 'incidents',
    channel_id: 'C0INCIDENTS',
    ts: `${START + count * 7}.000${100 + count}`,
    user,
    user_id: `U0${user.toUpperCase()}`,
    is_bot: isBot,
    text: '',
    blocks: [],
    edited: false,
    ...rest,
  };
}

const plain = (text: string): Json => ({ type: 'plain_text', text });
const mrkdwn = (text: string): Json => ({ type: 'mrkdwn', text });
const rich = (text: string): Json => ({
  type: 'rich_text',
  elements: [{ type: 'rich_text_section', elements: [{ type: 'text', text }] }],
});
const task = (id: string, title: string, status: string, details?: string): Json => ({
  type: 'task_card',
  task_id: id,
  title,
  status,
  ...(details === undefined ? {} : { details: rich(details) }),
});

/** A card as an app would post it while it works: progress, evidence, and the buttons of a decision. */
export const CARD = [
  { type: 'header', block_id: 'head', text: plain('payments-api: restart_service') },
  {
    type: 'context',
    block_id: 'where',
    elements: [mrkdwn('*high* · case `01HX2K` · revision 2 · <https://runbooks.example/payments|runbook>')],
  },
  {
    type: 'alert',
    block_id: 'why',
    level: 'warning',
    text: mrkdwn('*Blocked.* Two contradictions found; an approver must decide.'),
  },
  {
    type: 'section',
    block_id: 'facts',
    fields: [
      mrkdwn('*Service*\npayments-api'),
      mrkdwn('*Severity*\nhigh'),
      mrkdwn('*Error rate*\n24.0% (baseline 1.0%)'),
      mrkdwn('*Confidence*\n6.2 of 10'),
    ],
  },
  {
    type: 'plan',
    block_id: 'steps',
    title: 'Progress',
    tasks: [
      task('plan', 'Plan', 'complete'),
      task('stress', 'Stress', 'complete', '2 supports, 2 contradictions'),
      task('gate', 'Gate', 'error', 'contradictions: 2, allowed < 2'),
      task('run', 'Execute', 'in_progress'),
      task('check', 'Recovery check', 'pending'),
    ],
  },
  {
    type: 'table',
    block_id: 'rules',
    column_settings: [{}, { align: 'right' }, { align: 'right' }],
    rows: [
      [
        { type: 'raw_text', text: 'Rule' },
        { type: 'raw_text', text: 'Measured' },
        { type: 'raw_text', text: 'Allowed' },
      ],
      [
        { type: 'raw_text', text: 'contradictions' },
        { type: 'raw_text', text: '2' },
        { type: 'raw_text', text: '< 2' },
      ],
      [rich('policy_conflict'), { type: 'raw_number', value: 0, text: '0' }, { type: 'raw_text', text: 'none' }],
    ],
  },
  { type: 'divider' },
  {
    type: 'rich_text',
    block_id: 'log',
    elements: [
      { type: 'rich_text_section', elements: [{ type: 'text', text: 'Log lines, as they came:', style: { bold: true } }] },
      {
        type: 'rich_text_preformatted',
        elements: [{ type: 'text', text: '502 POST /v1/charge <!channel> <https://evil.example|safe> *not bold*' }],
      },
      {
        type: 'rich_text_list',
        style: 'bullet',
        elements: [
          { type: 'rich_text_section', elements: [{ type: 'text', text: 'rb-17 supports' }] },
          {
            type: 'rich_text_section',
            elements: [
              { type: 'text', text: 'ev-4 contradicts, seen by ' },
              { type: 'user', user_id: 'U0000LEAD' },
            ],
          },
        ],
      },
      { type: 'rich_text_quote', elements: [{ type: 'text', text: 'Do not restart during settlement.' }] },
    ],
  },
  {
    type: 'markdown',
    block_id: 'told',
    text: '**Why it was refused** (model text): two documents say the opposite. See [the log](https://log.example/1).',
  },
  {
    type: 'section',
    block_id: 'choice',
    text: mrkdwn('Choose another action'),
    accessory: {
      type: 'static_select',
      action_id: 'choose_action',
      placeholder: plain('Action'),
      options: [
        { text: plain('Roll back'), value: 'rollback' },
        { text: plain('Scale out'), value: 'scale_out' },
      ],
    },
  },
  {
    type: 'actions',
    block_id: 'decide-2',
    elements: [
      { type: 'button', action_id: 'approve', text: plain('Approve'), style: 'primary', value: '{"revision":2}' },
      {
        type: 'button',
        action_id: 'reject',
        text: plain('Reject'),
        style: 'danger',
        value: '{"revision":2}',
        confirm: {
          title: plain('Reject the plan?'),
          text: mrkdwn('Revision 2 will *not* run.'),
          confirm: plain('Reject'),
          deny: plain('Back'),
          style: 'danger',
        },
      },
      { type: 'button', action_id: 'hold', text: plain('Hold'), value: '{"revision":2}' },
      { type: 'overflow', action_id: 'more', options: [{ text: plain('Show the evidence'), value: 'evidence' }] },
    ],
  },
  {
    type: 'context_actions',
    block_id: 'feedback',
    elements: [
      {
        type: 'feedback_buttons',
        action_id: 'useful',
        positive_button: { text: plain('Useful'), value: 'yes' },
        negative_button: { text: plain('Not useful'), value: 'no' },
      },
    ],
  },
  { type: 'image', block_id: 'graph', image_url: 'https://images.example/graph.png', alt_text: 'Error rate of the last hour' },
];

export const MODAL = {
  id: 'V0MODAL',
  type: 'modal',
  user: 'oncall',
  hash: '1.a',
  title: plain('Open incident'),
  submit: plain('Open'),
  close: plain('Cancel'),
  blocks: [
    { type: 'section', block_id: 'intro', text: mrkdwn('The plan is checked before anything runs.') },
    {
      type: 'input',
      block_id: 'service',
      label: plain('Service'),
      element: {
        type: 'static_select',
        action_id: 'value',
        placeholder: plain('Choose a service'),
        options: [
          { text: plain('payments-api'), value: 'payments-api' },
          { text: plain('billing-batch'), value: 'billing-batch' },
        ],
      },
    },
    {
      type: 'input',
      block_id: 'severity',
      label: plain('Severity'),
      element: {
        type: 'radio_buttons',
        action_id: 'value',
        initial_option: { text: plain('Medium'), value: 'medium' },
        options: [
          { text: plain('High'), value: 'high', description: plain('customers notice') },
          { text: plain('Medium'), value: 'medium' },
        ],
      },
    },
    {
      type: 'input',
      block_id: 'summary',
      label: plain('Summary'),
      hint: plain('What do people see?'),
      element: {
        type: 'plain_text_input',
        action_id: 'value',
        multiline: true,
        max_length: 300,
        placeholder: plain('Card payments fail with 502'),
      },
    },
    {
      type: 'input',
      block_id: 'count',
      optional: true,
      label: plain('Affected users'),
      element: { type: 'number_input', action_id: 'value', is_decimal_allowed: false, min_value: '0' },
    },
    {
      type: 'input',
      block_id: 'link',
      optional: true,
      label: plain('Dashboard'),
      element: { type: 'url_text_input', action_id: 'value' },
    },
    {
      type: 'input',
      block_id: 'flags',
      optional: true,
      label: plain('Also'),
      element: {
        type: 'checkboxes',
        action_id: 'value',
        options: [
          { text: mrkdwn('*Page* the lead'), value: 'page' },
          { text: plain('Open a ticket'), value: 'ticket' },
        ],
      },
    },
  ],
};

export const HOME = {
  id: 'V0HOME',
  type: 'home',
  user: 'oncall',
  hash: '1.b',
  blocks: [
    { type: 'header', block_id: 'h', text: plain('Open cases') },
    {
      type: 'section',
      block_id: 'c1',
      text: mrkdwn('*payments-api* · high · waits for approval'),
      accessory: { type: 'button', action_id: 'open_case', text: plain('Open'), value: '01HX2K' },
    },
  ],
};
