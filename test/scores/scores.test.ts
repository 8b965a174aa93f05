import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Score } from '../../contracts/findings.ts';
import { createScores, createScoresOf } from '../../src/scores/scores.ts';
import { json, openStub, type Respond, raw, reset, type StubServer, silence } from '../outward/stub-server.ts';

const UNKNOWN = { value: null, source: 'unknown' };
const NOW = Date.parse('2026-06-01T12:00:00.000Z');

let stub: StubServer;
beforeAll(async () => {
  stub = await openStub();
});
afterAll(() => stub.close());
beforeEach(() => {
  stub.seen.length = 0;
});

const time = { ms: NOW };
const clock = { now: () => time.ms };
const nothing = () => null;

const clients = (published: Parameters<typeof createScores>[0]['published'] = nothing, timeoutMs = 5_000) => {
  const url = `${stub.url}/api/`;
  return createScores({ urls: { ddft: url, cdct: url, eect: url }, published, clock, timeoutMs });
};

const cdctRow = { model: 'm', concept: 'derivative', SF: -0.02, CRI: 0.9, HOC: 0.25, FAR_prime: 0, SAS_prime: 0.8, CI: 0.5 };
const dilemma = (ecs: unknown) => ({ dilemma_id: 'd', domain: 'x', ecs, stability_index: 1 });

describe('figures of a service', () => {
  test.each<[what: string, framework: 'ddft' | 'cdct' | 'eect', answer: unknown, figures: object]>([
    ['an object of DDFT', 'ddft', { HOC: 0.5, CI: 0.7 }, { comprehension_integrity: 0.7, hoc: 0.5 }],
    ['an object with details', 'ddft', { details: { HOC: 0.5, CI: 0.7 } }, { comprehension_integrity: 0.7, hoc: 0.5 }],
    [
      'the names of another client',
      'ddft',
      { er: 0.5, ih: 0.7, ci_score: 0.6, phenotype: 'robust' },
      { comprehension_integrity: 0.6 },
    ],
    ['a figure that is really 0', 'ddft', { CI: 0 }, { comprehension_integrity: 0 }],
    ['an array of EECT, on the scale of 10', 'eect', [dilemma(0.8), dilemma(0.9)], { ecs: 8.5 }],
    ['an ECS that is on that scale already', 'eect', { ECS: 8.4 }, { ecs: 8.4 }],
    ['an array of CDCT that has no U-curve', 'cdct', [cdctRow, cdctRow], {}],
    [
      'a CDCT service that gives one',
      'cdct',
      { u_curve_magnitude: 0.3, CC: 0.8 },
      { u_curve_magnitude: 0.3, constraint_compliance: 0.8 },
    ],
  ])('%s is read', async (_what, framework, answer, figures) => {
    stub.respond(json(200, answer));
    const read = await clients().read(framework, 'some-model');
    const known = Object.entries<Score>(read.figures).filter(([, score]) => score.source !== 'unknown');
    expect(known).toHaveLength(Object.keys(figures).length);
    for (const [name, value] of Object.entries(figures))
      expect(read.figures).toMatchObject({ [name]: { value: expect.closeTo(value, 9), source: 'measured' } });
    expect(read.source).toBe(known.length === 0 ? 'unknown' : 'measured');
  });

  const ODD: [what: string, respond: Respond, note: RegExp][] = [
    ['`started`', json(200, { status: 'started', message: 'running' }), /begun to measure/],
    ['`error`', json(200, { status: 'error', message: 'no key' }), /could not measure/],
    ['404', json(404, { detail: 'not found' }), /knows no such model/],
    ['500', json(500, {}), /answered 500/],
    ['429', json(429, {}), /answered 429/],
    ['a page of HTML', raw(200, '<html>'), /not JSON/],
    ['NaN, as some servers write it', raw(200, '{"CI": NaN, "ecs": NaN}'), /not JSON/],
    ['NaN as a word', json(200, { CI: 'NaN', ecs: 'NaN', u_curve_magnitude: 'NaN' }), /no figure in range/],
    ['a number too large for a number', raw(200, '{"CI": 1e999, "ecs": 1e999}'), /no figure in range/],
    ['a figure above its range', json(200, { CI: 1.01, ecs: 8.4, u_curve_magnitude: 2 }), /no figure in range/],
    ['a figure below its range', json(200, { CI: -0.1, ecs: -0.1, u_curve_magnitude: -1 }), /no figure in range/],
    ['null', json(200, { CI: null, ecs: null, u_curve_magnitude: null }), /no figure in range/],
    ['a boolean', json(200, { CI: true, ecs: true, u_curve_magnitude: true }), /no figure in range/],
    [
      'not found, with defaults beside it',
      json(200, { found: false, CI: 0.5, ecs: 0.5, u_curve_magnitude: 0.1 }),
      /no figure in range/,
    ],
    ['an empty array', json(200, []), /no figure in range/],
    ['an empty object', json(200, {}), /no figure in range/],
    [
      'rows of which one has no figure',
      json(200, [{ CI: 0.9, ecs: 0.9, u_curve_magnitude: 0.1 }, { CI: 'n/a' }]),
      /no figure in range/,
    ],
    ['rows that are no rows', json(200, [1, 2]), /no row of figures/],
    ['a word', json(200, 'fine'), /no row of figures/],
    ['a number', json(200, 0.9), /no row of figures/],
    ['nothing', raw(200, ''), /not JSON/],
    ['two megabytes', raw(200, JSON.stringify({ CI: 0.9, pad: 'x'.repeat(2_000_000) })), /larger than/],
    ['a redirect', (res) => void res.writeHead(302, { location: '/elsewhere' }).end(), /cannot be reached/],
    ['a broken connection', reset, /cannot be reached/],
    ['silence', silence, /did not answer within/],
  ];

  test.each(ODD)('%s is unknown, never 0, and the note says why', async (_what, respond, note) => {
    stub.respond(respond);
    const scores = clients(nothing, respond === silence ? 100 : 5_000);
    expect(await scores.profile('m')).toEqual({ ci: UNKNOWN, uCurve: UNKNOWN, ecs: UNKNOWN });
    expect(await scores.read('ddft', 'm')).toMatchObject({ source: 'unknown', as_of: null, note: expect.stringMatching(note) });
  });

  test('a service that hangs costs no more than its time, for all three together', async () => {
    stub.respond(silence);
    const at = performance.now();
    await clients(nothing, 200).profile('m');
    expect(performance.now() - at).toBeLessThan(1_000);
  });

  test.each([
    ['a/b?c=1#d', '/api/score/a%2Fb%3Fc%3D1%23d'],
    ['../../admin', '/api/score/..%2F..%2Fadmin'],
  ])('the name %s leads to no other path', async (model, path) => {
    stub.respond(json(200, { CI: 0.5 }));
    await clients().read('ddft', model);
    expect(stub.seen.map((seen) => seen.path)).toEqual([path]);
  });

  test.each(['', '   ', '.', '..'])('a name that is none (`%s`) is not asked for', async (model) => {
    expect(await clients().read('ddft', model)).toMatchObject({ source: 'unknown' });
    expect(stub.seen).toEqual([]);
  });

  test('is asked once by many at once, and again after some minutes', async () => {
    stub.respond(json(200, { CI: 0.5 }));
    const scores = clients();
    await Promise.all(Array.from({ length: 20 }, () => scores.read('ddft', 'm')));
    expect(stub.seen).toHaveLength(1);
    time.ms += 299_000;
    await scores.read('ddft', 'm');
    expect(stub.seen).toHaveLength(1);
    time.ms += 2_000;
    await scores.read('ddft', 'm');
    expect(stub.seen).toHaveLength(2);
  });

  test('is asked again sooner where it had no figure', async () => {
    stub.respond(json(200, { status: 'started' }));
    const scores = clients();
    expect(await scores.read('eect', 'm')).toMatchObject({ source: 'unknown' });
    stub.respond(json(200, [dilemma(0.84)]));
    time.ms += 61_000;
    expect(await scores.read('eect', 'm')).toMatchObject({ source: 'measured', figures: { ecs: { value: 8.4 } } });
  });
});

describe('published figures', () => {
  const published = () => ({
    figures: new Map([['comprehension_integrity', 0.8]]),
    asOf: '2026-01-02',
    note: 'published somewhere',
  });

  test('stand in where a service has none, and say that they do', async () => {
    stub.respond(json(500, {}));
    expect(await clients(published).read('ddft', 'm')).toEqual({
      figures: { comprehension_integrity: { value: 0.8, source: 'published' }, hoc: UNKNOWN },
      source: 'published',
      as_of: '2026-01-02',
      note: 'published somewhere; DDFT service: it answered 500',
    });
  });

  test('give way to measured ones, figure by figure', async () => {
    stub.respond(json(200, { HOC: 0.25 }));
    expect(await clients(published).read('ddft', 'm')).toMatchObject({
      figures: { comprehension_integrity: { value: 0.8, source: 'published' }, hoc: { value: 0.25, source: 'measured' } },
      source: 'measured',
    });
  });

  test('a service that was never configured is not asked', async () => {
    const scores = createScores({ urls: { ddft: null, cdct: null, eect: null }, published: nothing, clock });
    expect(await scores.read('cdct', 'm')).toMatchObject({ source: 'unknown', note: 'CDCT service: no service is configured' });
  });
});

describe('the figures behind a planner', () => {
  test('are those of its model, and unknown for one that has none', async () => {
    const { profile } = createScores({
      urls: { ddft: null, cdct: null, eect: null },
      published: (framework) => ({ figures: new Map([[framework === 'eect' ? 'ecs' : 'x', 8.4]]), asOf: '2026-01-02', note: '' }),
      clock,
    });
    const scoresOf = createScoresOf({ scores: { profile }, modelOf: (planner) => (planner === 'model' ? 'some-model' : null) });
    expect((await scoresOf('model')).ecs).toEqual({ value: 8.4, source: 'published' });
    expect((await scoresOf('playbook')).ecs).toEqual(UNKNOWN);
  });
});
