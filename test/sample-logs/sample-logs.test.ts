import { expect, test } from 'vitest';
import { LogMap } from '../../contracts/elasticsearch.ts';
import { ServiceName } from '../../contracts/words.ts';
import { type SampleLog, sampleLogId } from '../../src/sample-logs/document.ts';
import { PER_DAY_DEFAULT, sampleLogs } from '../../src/sample-logs/sample-logs.ts';
import { HOSTS, ORDINARY_ERROR_RATE, SAMPLE_SERVICES } from '../../src/sample-logs/site.ts';
import { type SampleIncident, storiesAround } from '../../src/sample-logs/stories.ts';

const DAY_MS = 86_400_000;
const NOW_MS = Date.parse('2026-03-01T10:20:30.000Z');
const from = '2026-02-20T00:00:00.000Z';
const to = '2026-02-25T00:00:00.000Z';
const quiet = { seed: 'one', from, to, perDay: 2_000, incidents: [] };
const collect = (change: Partial<Parameters<typeof sampleLogs>[0]> = {}): SampleLog[] => [...sampleLogs({ ...quiet, ...change })];
const burst: SampleIncident = {
  host: 'pay.shop.example',
  path: '/v1/charges',
  status: 503,
  from: '2026-02-22T12:03:00.000Z',
  to: '2026-02-22T12:33:00.000Z',
  perMinute: 40,
  share: 0.5,
};

test('the same seed gives the same lines, another one others', () => {
  expect(collect()).toEqual(collect());
  expect(collect({ seed: 'two' })).not.toEqual(collect());
});

test('two stretches have the same lines where they overlap, with any stories beside', () => {
  const inside = { from: '2026-02-21T05:17:00.000Z', to: '2026-02-23T09:41:00.000Z' };
  const cut = collect({ incidents: [burst] }).filter(({ utc_time: at }) => at >= inside.from && at < inside.to);
  expect(collect({ ...inside, incidents: [burst] })).toEqual(cut);
  const ids = new Set(collect({ incidents: [burst] }).map(sampleLogId));
  expect(collect().filter((document) => !ids.has(sampleLogId(document)))).toEqual([]);
});

test('lines come oldest first, inside the stretch, each with an id of its own', () => {
  const all = collect({ incidents: [burst] });
  const times = all.map((document) => document['@timestamp']);
  expect(times).toEqual(times.toSorted());
  expect(times.every((at) => at >= from && at < to)).toBe(true);
  expect(new Set(all.map(sampleLogId)).size).toBe(all.length);
});

test('two weeks of them with the stories are about 14,000 lines', () => {
  const [begin, end] = [new Date(NOW_MS - 12 * DAY_MS).toISOString(), new Date(NOW_MS + 2 * DAY_MS).toISOString()];
  const all = collect({ from: begin, to: end, perDay: PER_DAY_DEFAULT, incidents: storiesAround(NOW_MS) });
  expect(all.length).toBeGreaterThan(13_000);
  expect(all.length).toBeLessThan(15_000);
});

test('an ordinary day has its number of lines and few errors; nights are quieter than noons', () => {
  const all = collect();
  expect(all.length / 5).toBeGreaterThan(1_900);
  expect(all.length / 5).toBeLessThan(2_100);
  const rate = all.filter(({ response }) => response >= 400).length / all.length;
  expect(rate).toBeGreaterThan(ORDINARY_ERROR_RATE / 2);
  expect(rate).toBeLessThan(ORDINARY_ERROR_RATE * 2);
  const at = (hours: string[]) => all.filter(({ utc_time }) => hours.includes(utc_time.slice(11, 13))).length;
  expect(at(['11', '12', '13'])).toBeGreaterThan(2 * at(['23', '00', '01']));
});

test('a story adds its requests to its host, and its share of them fails on its path', () => {
  const own = (all: SampleLog[]) =>
    all.filter(({ host, utc_time: at }) => host === burst.host && at >= burst.from && at < burst.to);
  const [without, withIt] = [own(collect()), own(collect({ incidents: [burst] }))];
  expect(withIt.length - without.length).toBe(30 * burst.perMinute);
  const failed = withIt.filter(({ request, response }) => request === burst.path && response === burst.status).length;
  expect(failed / (30 * burst.perMinute)).toBeCloseTo(burst.share, 1);
});

test('a document has every field of the sample web logs, and not the alias that nobody may write', () => {
  const [one] = collect();
  expect(Object.keys(one ?? {}).sort()).toEqual(
    [
      '@timestamp',
      'agent',
      'bytes',
      'clientip',
      'event',
      'extension',
      'geo',
      'host',
      'index',
      'ip',
      'machine',
      'memory',
      'message',
      'phpmemory',
      'referer',
      'request',
      'response',
      'tags',
      'url',
      'utc_time',
    ].sort(),
  );
  expect(one?.message).toContain(`"GET ${one?.request} HTTP/1.1" ${one?.response} ${one?.bytes}`);
  expect(one?.url).toBe(`https://${one?.host}${one?.request}`);
});

test('addresses and hosts are those set aside for examples', () => {
  for (const { clientip, host } of collect()) {
    expect(clientip).toMatch(/^(?:192\.0\.2|198\.51\.100|203\.0\.113)\.\d{1,3}$/);
    expect(host).toMatch(/\.example$/);
  }
});

test('every host of the site is one service of the map, and every story is told on one of them', () => {
  for (const [service, map] of Object.entries(SAMPLE_SERVICES)) {
    expect(ServiceName.parse(service)).toBe(service);
    expect(LogMap.parse(map)).toEqual(map);
  }
  expect(Object.keys(SAMPLE_SERVICES)).toHaveLength(HOSTS.length);
  for (const { host } of storiesAround(NOW_MS)) expect(HOSTS.map((one) => one.host)).toContain(host);
});

test('a story is under way now', () => {
  const now = new Date(NOW_MS).toISOString();
  expect(storiesAround(NOW_MS).filter((story) => story.from < now && story.to > now)).toHaveLength(1);
});
