import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createPlaybook } from '../../src/planners/playbook.ts';
import { type Answer, createRecorded, loadRecorded } from '../../src/planners/recorded.ts';
import { plannerSuite } from '../conformance/planner.suite.ts';
import { aCatalogue, anAnswer, anEvidence, anIncident, aPlan, aPlanRequest, aRunbook, NOW } from '../fixtures/builders.ts';
import { memoryLibrary } from '../fixtures/memory-library.ts';

const signal = new AbortController().signal;

const fallback = () =>
  createPlaybook({
    library: memoryLibrary([aRunbook(), anEvidence()]).library,
    catalogue: aCatalogue(),
    clock: { now: () => NOW },
  });
const answer = (change: Partial<Answer> = {}): Answer => ({
  match: { service: 'billing-batch', summary_includes: 'queue workers' },
  plan: JSON.stringify(aPlan({ incident_id: '{{incident_id}}' })),
  stress: JSON.stringify(anAnswer({ incident_id: '{{incident_id}}' })),
  delay_ms: 0,
  ...change,
});
const recorded = (...answers: Answer[]) => createRecorded({ answers, fallback: fallback() });

plannerSuite('recorded', {
  open: async () => ({ planner: recorded(answer()), incident: anIncident(), deterministic: true, close: async () => undefined }),
  openStuck: async () => ({
    planner: recorded(answer({ delay_ms: 600_000 })),
    incident: anIncident(),
    deterministic: true,
    close: async () => undefined,
  }),
});

describe('the recorded planner', () => {
  it('repeats a broken text as it is', async () => {
    const broken = 'Sure! ```json {"incident_id": NaN';
    expect(await recorded(answer({ plan: broken })).plan(aPlanRequest(), signal)).toEqual({
      text: broken,
      planner: 'recorded',
      fallback_from: null,
      usage: null,
      retrieved_ids: null,
    });
  });

  it('puts the id of the incident where the recording leaves room for it', async () => {
    const { text } = await recorded(answer()).plan(aPlanRequest({ incident: anIncident({ id: 'c-77' }) }), signal);
    expect(JSON.parse(text).incident_id).toBe('c-77');
  });

  it.each([
    ['another service', { service: 'payments-api', summary_includes: 'queue' }],
    ['a word that the incident does not say', { service: 'billing-batch', summary_includes: 'queue invoices' }],
  ])('leaves an incident with %s to the playbook, and says so', async (_what, match) => {
    const given = await recorded(answer({ match })).plan(aPlanRequest(), signal);
    expect(given).toMatchObject({ planner: 'playbook', fallback_from: 'recorded' });
  });

  it('takes words in any order and any case, and the beginnings of words', async () => {
    const planner = recorded(answer({ match: { summary_includes: 'WORKER queu' } }));
    expect((await planner.plan(aPlanRequest(), signal)).planner).toBe('recorded');
  });

  it('matches words of the symptoms too', async () => {
    const planner = recorded(answer({ match: { summary_includes: 'partition' } }));
    const incident = anIncident({ symptoms: ['one partition is skewed'] });
    expect((await planner.plan(aPlanRequest({ incident }), signal)).planner).toBe('recorded');
  });

  it('takes the first of several recordings that match', async () => {
    const planner = recorded(answer({ plan: 'first' }), answer({ plan: 'second' }));
    expect((await planner.plan(aPlanRequest(), signal)).text).toBe('first');
  });

  it('does not speak about a plan it did not make: that is left to the playbook', async () => {
    const chosen = aPlan({ proposed_action: 'restart_api_pods' });
    expect(await recorded(answer()).stress(aPlanRequest(), chosen, signal)).toMatchObject({
      planner: 'playbook',
      fallback_from: 'recorded',
    });
    expect(await recorded(answer()).stress(aPlanRequest(), aPlan(), signal)).toMatchObject({
      planner: 'recorded',
      fallback_from: null,
    });
  });

  it('takes its time where the recording says so', async () => {
    const at = performance.now();
    await recorded(answer({ delay_ms: 60 })).plan(aPlanRequest(), signal);
    expect(performance.now() - at).toBeGreaterThan(50);
  });
});

describe('the file of recorded answers', () => {
  const folder = mkdtempSync(join(tmpdir(), 'recorded-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('is refused with file, key and reason where it is not right', () => {
    const file = join(folder, 'answers.json');
    writeFileSync(file, JSON.stringify({ answers: [{ match: { servise: 'x' }, plan: '', stress: '' }] }));
    expect(() => loadRecorded(file)).toThrow(
      /answers\.json: answers\[0\]\.match\.servise: no such key; did you mean `service`\?/,
    );
  });
});
