import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { ElasticsearchConfig } from '../../contracts/elasticsearch.ts';
import type { Shown } from '../../contracts/shown.ts';
import { createKibanaLinks, type KibanaLinkOptions } from '../../src/links/kibana.ts';
import { indexNamesOf } from '../../src/stores/elasticsearch/names.ts';
import { shown } from '../fixtures/shown.ts';
import { at } from '../fixtures/shown-parts.ts';
import { unrison } from './unrison.ts';

const map = { 'payments-api': { hosts: ['pay.example'], paths: ['/v1/'] } };
const open = (change: Partial<KibanaLinkOptions> = {}, given: object = { services: map }) => {
  const config = ElasticsearchConfig.parse(given);
  return createKibanaLinks({ url: 'https://kibana.example', names: indexNamesOf(config), config, hasLog: true, ...change });
};

const Time = z.object({ time: z.object({ from: z.string(), to: z.string() }) });
const Own = z.object({
  dataSource: z.object({ dataViewId: z.string(), type: z.literal('dataView') }),
  filters: z.array(z.object({ meta: z.object({ alias: z.string(), index: z.string() }), query: z.unknown() })),
  sort: z.unknown(),
});

/** The address taken apart as Kibana takes it apart. */
function read(address: string | null) {
  const [page, state = ''] = (address ?? '').split('#/?');
  const parts = new Map(state.split('&').map((part) => [part.slice(0, 2), unrison(decodeURIComponent(part.slice(3)))]));
  return { page, names: [...parts.keys()], shared: Time.parse(parts.get('_g')), own: Own.parse(parts.get('_a')) };
}

test('the logs are those of the service by its map, whether the fields have a keyword beside them or are one', () => {
  const { page, names, own } = read(open()(shown('pending_approval')).logs);
  expect({ page, names }).toEqual({ page: 'https://kibana.example/app/discover', names: ['_g', '_a'] });
  const lines = (end: string) => ({
    bool: {
      filter: [
        { terms: { [`host${end}`]: ['pay.example'] } },
        { bool: { should: [{ prefix: { [`request${end}`]: { value: '/v1/' } } }], minimum_should_match: 1 } },
      ],
    },
  });
  expect(own.filters).toHaveLength(1);
  expect(own.filters[0]?.meta.alias).toBe('service payments-api');
  expect(own.filters[0]?.query).toEqual({ bool: { should: [lines('.keyword'), lines('')], minimum_should_match: 1 } });
  expect(own.sort).toEqual([['@timestamp', 'desc']]);
});

test('the entries are those of the case', () => {
  const card = shown('pending_approval');
  const { own } = read(open()(card).entries);
  expect(own.filters[0]?.query).toEqual({ term: { case_id: card.case_id } });
  expect(own).toMatchObject({ dataSource: { dataViewId: 'workflow_events' }, sort: [['at', 'desc']] });
});

describe('the window', () => {
  const timeOf = (card: Shown) => read(open()(card).logs).shared.time;
  const opened_at = at('12:00:00');
  const incident = { ...shown('pending_approval').incident, opened_at };

  test('runs on from before the incident while something is waited for', () => {
    expect(timeOf(shown('pending_approval', { incident }))).toEqual({ from: at('11:45:00'), to: 'now' });
    expect(timeOf(shown('not_recovered', { incident })).to).toBe('now');
  });

  test('ends some time after the last thing known of a case that is over', () => {
    const last_act = { kind: 'rejected', by: 'U00ONCALL', at: at('12:40:00'), reason: null };
    expect(timeOf(shown('rejected', { incident, last_act })).to).toBe(at('13:10:00'));
    expect(timeOf(shown('expired', { incident, last_act: null, execution: null })).to).toBe(at('12:30:00'));
  });
});

test.each([
  ['https://kibana.example/', 'https://kibana.example/app/discover'],
  ['https://kibana.example/s/ops', 'https://kibana.example/s/ops/app/discover'],
  ['https://kibana.example:5601/base/s/ops//', 'https://kibana.example:5601/base/s/ops/app/discover'],
  ['https://who:secret@kibana.example/s/ops?x=1#y', 'https://kibana.example/s/ops/app/discover'],
])('%s leads to %s', (url, page) => {
  expect(read(open({ url })(shown('pending_approval')).logs).page).toBe(page);
});

test.each<[string, object, [string, string]]>([
  ['Kibana’s own for its sample logs', {}, ['90943e30-9a47-11e8-b64d-95841ca0b247', 'workflow_events']],
  ['called as the index', { prefix: 'x-' }, ['x-kibana_sample_data_logs', 'x-workflow_events']],
  ['what the config says', { data_views: { logs: 'my-logs', log: 'my-log' } }, ['my-logs', 'my-log']],
])('the data views are %s', (_claim, given, views) => {
  const { logs, entries } = open({}, { services: map, ...given })(shown('pending_approval'));
  expect([logs, entries].map((address) => read(address).own.dataSource.dataViewId)).toEqual(views);
});

test('there is no link to what Kibana cannot show', () => {
  const card = shown('pending_approval');
  expect(open({}, {})(card)).toMatchObject({ logs: null, entries: expect.any(String) });
  expect(open({ hasLog: false })(card)).toMatchObject({ logs: expect.any(String), entries: null });
  const many = { hosts: Array.from({ length: 100 }, (_, index) => `host-${index}.example`) };
  expect(open({}, { services: { 'payments-api': many } })(card).logs).toBeNull();
});

test('nothing that anybody wrote is in an address, and no service or case can change the filter', () => {
  const texts = fc.string({ unit: 'grapheme', minLength: 8, maxLength: 60 });
  const hostile = fc.oneof(texts, fc.constantFrom("x'),query:(match_all:())", '&_a=()', '#/?_g=()', '__proto__', 'constructor'));
  const card = shown('pending_approval');
  const plain = open()(card);
  fc.assert(
    fc.property(hostile, hostile, (summary, case_id) => {
      const links = open()({ ...card, case_id, incident: { ...card.incident, summary, symptoms: [summary] } });
      expect(links.logs).toBe(plain.logs);
      expect(read(links.entries).own.filters[0]?.query).toEqual({ term: { case_id } });
      const other = open()({ ...card, incident: { ...card.incident, service: case_id } });
      expect(other.logs).toBeNull();
    }),
  );
});
