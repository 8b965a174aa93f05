import type { KnownBlock, TableBlock } from '@slack/types';
import type { RuleResult } from '../../contracts/gate.ts';
import { bullets, rich, title } from '../blocks.ts';
import { measured } from '../figures.ts';
import { code, line, words } from '../line.ts';
import { cut, LIMITS } from '../text.ts';
import { REASON } from '../words.ts';

type Cell = { type: 'raw_text'; text: string };
// A raw cell is never parsed. Slack refuses empty ones.
const cell = (text: string): Cell => ({ type: 'raw_text', text: cut(text, LIMITS.tableCell) || '-' });

const verdict = (passed: boolean): string => (passed ? 'passed' : 'FAILED');

/** Every rule of the gate with the exact comparison it made: the failed ones first, in the gate's order. */
export function rulesTable(rules: readonly RuleResult[], classic: boolean): KnownBlock[] {
  if (rules.length === 0) return [];
  const sorted = [...rules.filter(({ passed }) => !passed), ...rules.filter(({ passed }) => passed)];
  return [...rich(title('Every rule of the gate')), ...(classic ? asList(sorted) : [asTable(sorted)])];
}

function asTable(rules: readonly RuleResult[]): TableBlock {
  const rows = rules.map(({ rule, measured: found, threshold, passed }) =>
    [REASON[rule], measured(found), measured(threshold), verdict(passed)].map(cell),
  );
  const heading = ['Rule', 'Measured', 'Must be', 'Result'].map(cell);
  const wrapped = { is_wrapped: true };
  return {
    type: 'table',
    column_settings: [wrapped, wrapped, wrapped, {}],
    rows: [heading, ...rows].slice(0, LIMITS.tableRows),
  };
}

const asList = (rules: readonly RuleResult[]): KnownBlock[] =>
  rich(
    bullets(
      rules.map(({ rule, measured: found, threshold, passed }) => {
        const compared = line`measured ${code(measured(found))}, must be ${code(measured(threshold))}`;
        return line`${words(REASON[rule])}: ${words(verdict(passed))}, ${compared}`;
      }),
    ),
  );
