import { isRecord } from '../workspace/elements.ts';
import { viewBlock } from './blocks.ts';
import { type Problem, problem } from './problem.ts';
import { anything, boolean, type Fields, list, object, oneOf, type Rule, string } from './rules.ts';
import { plainText } from './texts.ts';
import { duplicateIds } from './uniqueness.ts';

const BLOCKS_MAX = 100;
const TITLE_MAX = 24;
const METADATA_MAX = 3000;
const ID_MAX = 255;

const common: Fields = {
  private_metadata: string(METADATA_MAX, 0),
  callback_id: string(ID_MAX, 0),
  external_id: string(ID_MAX, 0),
};
const blocks = list(viewBlock, BLOCKS_MAX, 0);

const submitWithInput: Rule = (value, at) => {
  const hasInput =
    isRecord(value) &&
    Array.isArray(value.blocks) &&
    value.blocks.some((block: unknown) => isRecord(block) && block.type === 'input');
  return hasInput && (!isRecord(value) || !isRecord(value.submit))
    ? [problem('required', 'missing required field: submit', at)]
    : [];
};

const RULES: Readonly<Record<'modal' | 'home', Rule>> = {
  modal: object(
    { type: anything, title: plainText(TITLE_MAX), blocks },
    {
      ...common,
      submit: plainText(TITLE_MAX),
      close: plainText(TITLE_MAX),
      clear_on_close: boolean,
      notify_on_close: boolean,
      submit_disabled: boolean,
    },
    submitWithInput,
  ),
  home: object({ type: anything, blocks }, common),
};

/** Everything that is wrong with a view of the given kind. */
export function viewProblems(view: unknown, type: 'modal' | 'home'): Problem[] {
  const problems = isRecord(view) && view.type !== type ? oneOf(type)(view.type, '/view/type') : RULES[type](view, '/view');
  if (problems.length > 0 || !isRecord(view) || !Array.isArray(view.blocks)) return problems;
  return duplicateIds(view.blocks).map((found) => ({ ...found, pointer: `/view${found.pointer}` }));
}
