import { describe, expect, test } from 'vitest';
import { Evidence, Policy, Runbook } from '../../../contracts/documents.ts';
import { checkFields } from '../../../src/stores/elasticsearch/mapping-check.ts';
import { fieldsOf, fieldsToAdd } from '../../../src/stores/elasticsearch/mapping-fields.ts';
import { mappingOf } from '../../../src/stores/elasticsearch/mapping-files.ts';
import { INDEX_ROLES, type IndexRole } from '../../../src/stores/elasticsearch/names.ts';
import { checkIndices, LiveIndices } from '../../../src/stores/elasticsearch/setup-check.ts';

type Properties = Record<string, unknown>;

const keyword = { type: 'keyword' };
const text = { type: 'text' };
const textAndKeyword = { type: 'text', fields: { keyword: { type: 'keyword', ignore_above: 256 } } };
const onlyKept = { type: 'keyword', index: false, doc_values: false };

const ours = (role: IndexRole): Properties => mappingOf(role).mappings.properties;
const check = (role: IndexRole, properties: Properties) =>
  checkFields(role, 'there', fieldsOf({ properties: ours(role) }), fieldsOf({ properties }));
/** Ours, with one field changed. */
const changed = (role: IndexRole, change: Properties): Properties => ({ ...ours(role), ...change });

const SEED: Partial<Record<IndexRole, Properties>> = {
  runbooks: { id: keyword, service: keyword, title: text, recommended_action: keyword, body: text },
  evidence: { id: keyword, service: keyword, stance: keyword, text },
  policies: { id: keyword, service: keyword, blocked_actions: keyword, severities: keyword, rule: text },
};

test.each(INDEX_ROLES)('the mapping of %s fits itself', (role) => {
  expect(check(role, ours(role))).toEqual({ missing: [], needed: [], conflicts: [] });
});

test.each<[IndexRole, object]>([
  ['runbooks', Runbook.shape],
  ['evidence', Evidence.shape],
  ['policies', Policy.shape],
])('every field that a document of %s may have is mapped', (role, shape) => {
  expect(Object.keys(shape).filter((field) => !(field in ours(role)))).toEqual([]);
});

test.each(Object.entries(SEED))(
  '%s with the plain fields only are readable, and what they lack is listed',
  (name, properties) => {
    const role = INDEX_ROLES.find((known) => known === name) ?? 'log';
    const { missing, needed, conflicts } = check(role, properties);
    expect({ needed, conflicts }).toEqual({ needed: [], conflicts: [] });
    expect(missing).toEqual(expect.arrayContaining(['stored_at', 'source', 'hash']));
    expect(missing).not.toContain('service');
  },
);

test('an index about something else lacks what its documents are read by', () => {
  expect(check('policies', { user: keyword }).needed).toEqual(['service', 'blocked_actions', 'severities', 'rule']);
});

test('an index of ours that lacks a field needs it, because it refuses fields it does not know', () => {
  const { seq: _seq, ...rest } = ours('log');
  expect(check('log', rest)).toEqual({ missing: ['seq'], needed: ['seq'], conflicts: [] });
});

describe('a field of another kind is a conflict where our questions would miss documents', () => {
  test.each<[string, IndexRole, Properties, string, string, string]>([
    ['a service cut into words', 'evidence', { service: text }, 'service', 'keyword', 'text'],
    ['the same with a keyword beside it', 'evidence', { service: textAndKeyword }, 'service', 'keyword', 'text'],
    ['a text that matches only as a whole', 'runbooks', { body: keyword }, 'body', 'text', 'keyword'],
    ['a time kept as a text', 'policies', { stored_at: textAndKeyword }, 'stored_at', 'date', 'text'],
    ['a flag kept as a word', 'policies', { absolute: keyword }, 'absolute', 'boolean', 'keyword'],
    ['a count that may be too large for its field', 'log', { seq: { type: 'integer' } }, 'seq', 'long', 'integer'],
    ['documents within documents', 'policies', { window: { type: 'nested', properties: {} } }, 'window', 'object', 'nested'],
    [
      'a service that cannot be asked for',
      'policies',
      { service: { type: 'keyword', index: false } },
      'service',
      'keyword that can be searched',
      'keyword with `index: false`',
    ],
    [
      'a case id that cannot be sorted by',
      'log',
      { case_id: { type: 'keyword', doc_values: false } },
      'case_id',
      'keyword that can be sorted by',
      'keyword with `doc_values: false`',
    ],
    [
      'our own words cut once more',
      'evidence',
      { text_words: text },
      'text_words',
      'text cut by `whitespace`',
      'text cut by `standard`',
    ],
    ['an entry that may be too long', 'log', { body: keyword }, 'body', 'keyword that is only kept', 'keyword that is indexed'],
  ])('%s', (_claim, role, change, field, expected, found) => {
    const { conflicts } = check(role, changed(role, change));
    expect(conflicts).toHaveLength(1);
    expect(conflicts[0]).toMatchObject({ index: 'there', field, expected, found });
    expect(conflicts[0]?.fix).toContain(`mappings/${role}.json`);
  });

  test('the keyword beside a text is named, because it looks as if it would do', () => {
    const { conflicts } = check('evidence', changed('evidence', { service: textAndKeyword }));
    expect(conflicts[0]?.fix).toContain('its `service.keyword` does not stand in for it');
  });

  test('every conflict is reported, not the first alone', () => {
    const { conflicts } = check('policies', changed('policies', { service: text, severities: text, rule: keyword }));
    expect(conflicts.map(({ field }) => field).sort()).toEqual(['rule', 'service', 'severities']);
  });
});

describe('a field that does all that ours does is accepted', () => {
  test.each<[string, IndexRole, Properties]>([
    ['a prose analysed in its owner’s way', 'runbooks', { body: { type: 'text', analyzer: 'german' } }],
    ['one service for the whole index', 'evidence', { service: { type: 'constant_keyword' } }],
    ['a wider number', 'cases', { revision: { type: 'long' } }],
    ['a finer time', 'policies', { stored_at: { type: 'date_nanos' } }],
    ['a hash that can be searched in a library', 'runbooks', { hash: keyword }],
    ['fields that we know nothing of', 'evidence', { author: keyword, place: { properties: { city: text } } }],
    ['another name for a field', 'evidence', { svc: keyword, service: { type: 'alias', path: 'svc' } }],
  ])('%s', (_claim, role, change) => {
    expect(check(role, changed(role, change))).toEqual({ missing: [], needed: [], conflicts: [] });
  });

  test('a field that is computed while reading', () => {
    const { service: _service, ...properties } = ours('evidence');
    const found = fieldsOf({ properties, runtime: { service: keyword } });
    expect(checkFields('evidence', 'there', fieldsOf({ properties: ours('evidence') }), found).missing).toEqual([]);
  });
});

describe('of access logs only what is asked of them is looked at', () => {
  const time = { '@timestamp': { type: 'date' } };
  const plain = { host: keyword, request: keyword, extension: keyword, response: { type: 'short' } };

  test.each<[string, Properties, string[], string[]]>([
    ['whole values without a text', { ...time, ...plain }, [], []],
    ['other fields may be anything', { ...time, ...plain, bytes: keyword, geo: text }, [], []],
    ['a text with nothing beside it', { ...time, ...plain, host: text }, [], ['host']],
    ['a status that is not counted', { ...time, ...plain, response: onlyKept }, [], ['response']],
    ['a time that is a word', { '@timestamp': keyword, ...plain }, [], ['@timestamp']],
    ['no status at all', { ...time, host: keyword, request: keyword, extension: keyword }, ['response'], []],
  ])('%s', (_claim, properties, needed, conflicting) => {
    const found = check('logs', properties);
    expect(found.needed).toEqual(needed);
    expect(found.conflicts.map(({ field }) => field)).toEqual(conflicting);
  });
});

describe('what is added to an index is what it lacks and nothing else', () => {
  test('a whole field, and of an object only the part that is missing', () => {
    const properties = { service: keyword, window: { properties: { from: keyword, to: keyword } } };
    expect(fieldsToAdd(properties, new Set(['window.to']))).toEqual({ window: { properties: { to: keyword } } });
    expect(fieldsToAdd(properties, new Set(['window', 'window.from', 'window.to']))).toEqual({ window: properties.window });
    expect(fieldsToAdd(properties, new Set())).toEqual({});
  });
});

describe('what stands under a name', () => {
  const stream = (role: IndexRole) => {
    const index = { aliases: {}, mappings: { properties: ours(role) }, settings: { index: {} }, data_stream: 'there' };
    return LiveIndices.parse({ '.ds-there-000001': index, '.ds-there-000002': index });
  };

  test('may be a data stream for the access logs, as Kibana makes its own', () => {
    expect(checkIndices('logs', 'there', stream('logs'))).toMatchObject({ state: 'fits', conflicts: [] });
  });

  test('may be none for what is changed and removed', () => {
    expect(checkIndices('evidence', 'there', stream('evidence')).conflicts).toMatchObject([
      { index: 'there', field: '(name)', found: 'a data stream, which takes no changes' },
    ]);
  });
});
