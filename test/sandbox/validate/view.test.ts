import { expect, test } from 'vitest';
import { problemText } from '../../../src/sandbox/validate/problem.ts';
import { viewProblems } from '../../../src/sandbox/validate/view.ts';

const plain = (text: string) => ({ type: 'plain_text', text });
const input = { type: 'input', label: plain('Service'), element: { type: 'plain_text_input' } };
const modal = (fields: object = {}) => ({ type: 'modal', title: plain('Incident'), blocks: [], ...fields });

test.each<[string, 'modal' | 'home', unknown]>([
  [
    'a modal at its limits',
    'modal',
    modal({ title: plain('x'.repeat(24)), close: plain('x'.repeat(24)), private_metadata: 'x'.repeat(3000) }),
  ],
  ['a modal with an input and a submit', 'modal', modal({ blocks: [input], submit: plain('Open') })],
  ['a modal of 100 blocks', 'modal', modal({ blocks: Array.from({ length: 100 }, () => ({ type: 'divider' })) })],
  ['a Home without a title', 'home', { type: 'home', blocks: [{ type: 'divider' }] }],
])('%s is accepted', (_claim, type, view) => {
  expect(viewProblems(view, type)).toEqual([]);
});

test.each<[string, 'modal' | 'home', unknown, string]>([
  ['no view at all', 'modal', undefined, 'must be an object [json-pointer:/view]'],
  [
    'a title of 25 characters',
    'modal',
    modal({ title: plain('x'.repeat(25)) }),
    'must be less than 25 characters [json-pointer:/view/title/text]',
  ],
  ['a modal without a title', 'modal', { type: 'modal', blocks: [] }, 'missing required field: title [json-pointer:/view]'],
  [
    'private_metadata of 3001 characters',
    'modal',
    modal({ private_metadata: 'x'.repeat(3001) }),
    'must be less than 3001 characters [json-pointer:/view/private_metadata]',
  ],
  ['an input without a submit', 'modal', modal({ blocks: [input] }), 'missing required field: submit [json-pointer:/view]'],
  [
    '101 blocks',
    'modal',
    modal({ blocks: Array.from({ length: 101 }, () => ({ type: 'divider' })) }),
    'no more than 100 items allowed [json-pointer:/view/blocks]',
  ],
  [
    'a plan, which only messages show',
    'modal',
    modal({ blocks: [{ type: 'plan', title: 'a' }] }),
    'unsupported type: plan [json-pointer:/view/blocks/0/type]',
  ],
  ['a Home where a modal is wanted', 'modal', { type: 'home', blocks: [] }, 'must be one of: modal [json-pointer:/view/type]'],
  [
    'a Home with a submit',
    'home',
    { type: 'home', blocks: [], submit: plain('a') },
    'invalid additional property: submit [json-pointer:/view/submit]',
  ],
  [
    'two blocks of one block_id',
    'home',
    { type: 'home', blocks: [1, 2].map(() => ({ type: 'divider', block_id: 'b' })) },
    '`block_id` b already exists [json-pointer:/view/blocks/1/block_id]',
  ],
])('%s is refused, with the place', (_claim, type, view, expected) => {
  expect(viewProblems(view, type).map(problemText)).toContain(expected);
});
