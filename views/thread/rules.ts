import type { KnownBlock, TableBlock } from '@slack/types';
import type { RuleResult } from '../../contracts/gate.ts';
import { bullets, rich, title } from '../blocks.ts';
import { measured } from '../figures.ts';
import { code, line, words } from '../line.ts';
import { cut, LIMITS } from '../text.ts';
import { RULE } from '../words.ts';

type Cell = { type: 'raw_text'; text: string };
// A raw cell is never parsed. Slack refuses empty ones.
const cell = (text: string): Cell => ({ type: 'raw_text', text: cut(text, LIMITS.tableCell) || '-' });

const MARK = { passed: '✓', failed: '✕' };
const nameOf = ({ rule, passed }: RuleResult): string => `${passed ? MARK.passed : MARK.failed} ${RULE[rule]}`;

/** Every rule of the gate with the exact comparison it made: the failed ones first, in the gate's order. */
export function rulesTable(rules: readonly RuleResult[], classic: boolean): KnownBlock[] {
  if (rules.length === 0) return [];
  const failed = rules.filter(({ passed }) => !passed);
  const sorted = [...failed, ...rules.filter(({ passed }) => passed)];
  const heading = `Every rule of the gate · ${failed.length} of ${rules.length} failed`;
  return [...rich(title(heading)), ...(classic ? asList(sorted) : [asTable(sorted)])];
}

/** Three columns: a thread is narrow. */
function asTable(rules: readonly RuleResult[]): TableBlock {
  const rows = rules.map((rule) => [nameOf(rule), measured(rule.measured), measured(rule.threshold)].map(cell));
  const wrapped = { is_wrapped: true };
  const heading = ['Rule', 'Measured', 'Must be'].map(cell);
  return { type: 'table', column_settings: [wrapped, wrapped, wrapped], rows: [heading, ...rows].slice(0, LIMITS.tableRows) };
}

const asList = (rules: readonly RuleResult[]): KnownBlock[] =>
  rich(
    bullets(
      rules.map((rule) => {
        const compared = line`measured ${code(measured(rule.measured))}, must be ${code(measured(rule.threshold))}`;
        return line`${words(nameOf(rule))}: ${compared}`;
      }),
    ),
  );
