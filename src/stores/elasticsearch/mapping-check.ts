import type { MappedField, MappedFields } from './mapping-fields.ts';
import type { IndexRole } from './names.ts';

/** A difference that would make our questions miss documents or our writes fail, in words for a person. */
export type Conflict = {
  /** The index itself, behind an alias or in a data stream too. */
  index: string;
  /** A field by its path, a setting by its name, or `(name)` where it is about what stands under that name. */
  field: string;
  expected: string;
  found: string;
  fix: string;
};

export type FieldCheck = {
  /** Fields that we would make and the index does not have; the first writer of one would guess its type. */
  missing: string[];
  /** Those of them without which no document there can be read. */
  needed: string[];
  conflicts: Conflict[];
};

/** What the documents of the library are read by. The other roles' indices are ours and need all their fields. */
const NEEDS: Partial<Record<IndexRole, readonly string[]>> = {
  runbooks: ['service', 'title', 'body', 'recommended_action'],
  evidence: ['service', 'stance', 'text'],
  policies: ['service', 'blocked_actions', 'severities', 'rule'],
};
/** Access logs are other people's, so only what is asked of them is looked at: their time, and these as whole values. */
const LOG_TIME = '@timestamp';
const LOG_VALUES = ['host', 'request', 'extension', 'response'] as const;
const UNCOUNTABLE = new Set(['text', 'match_only_text', 'object', 'nested']);

/** Types that answer the same questions as the one that our files name. A type without a line stands for itself alone. */
const EQUALS: Readonly<Record<string, readonly string[]>> = {
  keyword: ['constant_keyword', 'wildcard'],
  text: ['match_only_text'],
  integer: ['long'],
  long: ['unsigned_long'],
  double: ['float', 'half_float', 'scaled_float'],
  date: ['date_nanos'],
  flattened: ['object'],
};
/** Words that our own code has cut; any other analysis would cut them again. The analysis of prose is its owner's choice. */
const OUR_ANALYZERS = new Set(['whitespace']);

/** Compares what we would have made with what is there. Pure: the same mappings give the same answer. */
export function checkFields(role: IndexRole, index: string, expected: MappedFields, found: MappedFields): FieldCheck {
  if (role === 'logs') return checkLogs(index, expected, found);
  const missing = [...expected.keys()].filter((field) => !found.has(field));
  const needs = NEEDS[role] ?? missing;
  const conflicts = [...expected].flatMap(([field, wanted]) => conflictsOf(role, index, field, wanted, found));
  return { missing, needed: missing.filter((field) => needs.includes(field)), conflicts };
}

function conflictsOf(role: IndexRole, index: string, field: string, wanted: MappedField, found: MappedFields): Conflict[] {
  const there = found.get(field);
  if (there === undefined) return [];
  const difference = differenceOf(wanted, there) ?? (NEEDS[role] === undefined ? keptDifferenceOf(wanted, there) : null);
  return difference === null ? [] : [{ index, field, ...difference, fix: fixOf(role, field, found) }];
}

/** Like the questions themselves, takes the keyword beside a text, or the field itself where it has whole values. */
function checkLogs(index: string, expected: MappedFields, found: MappedFields): FieldCheck {
  const wantedTime = expected.get(LOG_TIME);
  const time = wantedTime === undefined ? [] : conflictsOf('logs', index, LOG_TIME, wantedTime, found);
  const named = (field: string): MappedField[] =>
    [found.get(`${field}.keyword`), found.get(field)].filter((one) => one !== undefined);
  const missing = [LOG_TIME, ...LOG_VALUES].filter((field) => named(field).length === 0);
  const uncountable = LOG_VALUES.filter((field) => !missing.includes(field) && !named(field).some(isCountable));
  const conflicts = uncountable.map((field) => ({
    index,
    field,
    expected: `keyword, or text with \`${field}.keyword\` beside it`,
    found: found.get(field)?.type ?? 'object',
    fix: 'a question about whole values finds nothing there: name other logs in `elasticsearch.indices.logs`',
  }));
  return { missing, needed: missing, conflicts: [...time, ...conflicts] };
}

const isCountable = ({ type, searchable, sortable }: MappedField): boolean => !UNCOUNTABLE.has(type) && searchable && sortable;

/** Null where the field that is there answers every question that ours would; it may do more. */
function differenceOf(wanted: MappedField, there: MappedField): Pick<Conflict, 'expected' | 'found'> | null {
  if (there.type !== wanted.type && EQUALS[wanted.type]?.includes(there.type) !== true)
    return { expected: wanted.type, found: there.type };
  if (wanted.searchable && !there.searchable)
    return { expected: `${wanted.type} that can be searched`, found: `${there.type} with \`index: false\`` };
  if (wanted.type !== 'text' && wanted.sortable && !there.sortable)
    return { expected: `${wanted.type} that can be sorted by`, found: `${there.type} with \`doc_values: false\`` };
  if (wanted.analyzer !== null && OUR_ANALYZERS.has(wanted.analyzer) && there.analyzer !== wanted.analyzer)
    return {
      expected: `${wanted.type} cut by \`${wanted.analyzer}\``,
      found: `${there.type} cut by \`${there.analyzer ?? 'standard'}\``,
    };
  return null;
}

/** An indexed keyword holds 32 KB at most: an entry longer than that would be refused where the field is not only kept. */
function keptDifferenceOf(wanted: MappedField, there: MappedField): Pick<Conflict, 'expected' | 'found'> | null {
  const kept = ({ searchable, sortable }: MappedField): boolean => !searchable && !sortable;
  if (wanted.type !== 'keyword' || !kept(wanted) || kept(there)) return null;
  return { expected: 'keyword that is only kept', found: `${there.type} that is indexed` };
}

function fixOf(role: IndexRole, field: string, found: MappedFields): string {
  const exact = found.get(`${field}.keyword`)?.type === 'keyword' ? `; its \`${field}.keyword\` does not stand in for it` : '';
  return `a field keeps its type${exact}: make a new index from mappings/${role}.json, copy the documents into it, and name it in \`elasticsearch.indices.${role}\``;
}
