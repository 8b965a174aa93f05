import { describe, expect, it } from 'vitest';
import type { Entry, EntryBody } from '../../contracts/entry.ts';
import type { Planner, Post } from '../../pipeline/ports.ts';
import { explainRefusals } from '../../src/planners/explain-refusals.ts';
import { inProcess } from '../fixtures/in-process.ts';
import { waitFor } from '../fixtures/wait.ts';
import { readable } from '../views/readable.ts';
import { messageFaults } from '../views/slack-safe.ts';

type Explain = Planner['explain'];

/** A decided case whose approval is refused, and all that is said in its thread because of that. */
async function stage(explain: Explain, name = 'told') {
  const app = await inProcess();
  const state = await app.decide();
  const posts: Post[] = [];
  const warned: string[] = [];
  const listeners: ((entry: Entry) => void)[] = [];
  const planner: Planner = { name, plan: unasked, stress: unasked, summarise: unasked, explain };
  const stop = explainRefusals({
    log: {
      onAppend: (listener) => {
        listeners.push(listener);
        return () => void listeners.splice(0);
      },
    },
    cases: app.cases,
    chat: {
      post: async (post) => {
        posts.push(post);
        return { channel: post.channel, ts: '1700000500.000100' };
      },
    },
    plannerFor: () => planner,
    timeoutMs: 200,
    logger: { warn: (_message, fields) => void warned.push(String(fields?.problem)) },
  });
  const refused = (change: Partial<Extract<EntryBody, { kind: 'refused' }>> = {}): void => {
    const body: EntryBody = {
      kind: 'refused',
      revision: 1,
      by: 'U0000LEAD',
      via: 'button',
      event_key: null,
      attempted: 'approve',
      refusal: 'needs_override',
      ...change,
    };
    const entry: Entry = {
      v: 1,
      case_id: state.caseId,
      seq: 99,
      entry_id: 'e',
      at: '2026-11-22T10:00:00.000Z',
      prev_hash: null,
      hash: 'h',
      body,
    } as unknown as Entry;
    for (const listener of listeners) listener(entry);
  };
  return { refused, posts, warned, stop, caseId: state.caseId };
}
const unasked = () => Promise.reject(new Error('nobody asks for this here'));
const says =
  (text: string): Explain =>
  async () => ({ text, planner: 'told', fallback_from: null, usage: null, retrieved_ids: null });
const soon = () => new Promise((resolve) => setTimeout(resolve, 60));

describe('a refused approval', () => {
  it('is explained in the thread by the planner of the plan, marked as text of a model', async () => {
    const { refused, posts, caseId } = await stage(says('Two documents contradict the plan.'));
    refused();
    await waitFor('the explanation', () => posts.length === 1);
    expect(posts[0]).toMatchObject({ caseId, revision: 1, threadTs: '1700000001.000100' });
    const said = readable(posts[0]?.blocks ?? []);
    expect(said).toMatch(/text of a model, told; the rule holds/);
    expect(said).toContain('Two documents contradict the plan.');
  });

  it('is explained once, however often it is tried', async () => {
    const { refused, posts } = await stage(says('Because.'));
    for (let click = 0; click < 10; click += 1) refused();
    await soon();
    refused();
    await soon();
    expect(posts).toHaveLength(1);
  });

  it.each<[what: string, change: object]>([
    ['another kind of attempt', { attempted: 'override' }],
    ['a refusal for who somebody is', { refusal: 'not_an_approver' }],
    ['a revision that is not there', { revision: 7 }],
  ])('is not explained where it was %s', async (_what, change) => {
    const { refused, posts } = await stage(says('Because.'));
    refused(change);
    await soon();
    expect(posts).toEqual([]);
  });

  it('is not explained by a planner that made another plan', async () => {
    const { refused, posts } = await stage(says('Because.'), 'somebody-else');
    refused();
    await soon();
    expect(posts).toEqual([]);
  });

  it.each<[what: string, explain: Explain, problem: RegExp]>([
    ['fails', () => Promise.reject(new Error('the model is down')), /the model is down/],
    ['never answers', () => new Promise(() => undefined), /no answer within 0\.2 s/],
  ])('goes without an explanation where the planner %s, and the log says so', async (_what, explain, problem) => {
    const { refused, posts, warned } = await stage(explain);
    refused();
    await waitFor('the warning', () => warned.length === 1);
    expect(warned[0]).toMatch(problem);
    expect(posts).toEqual([]);
  });

  it('is explained no more after the stop', async () => {
    const { refused, posts, stop } = await stage(says('Because.'));
    stop();
    refused();
    await soon();
    expect(posts).toEqual([]);
  });

  it('cannot mention, link or break anything by its explanation, nor repeat a secret', async () => {
    const { refused, posts } = await stage(
      says(`<!channel> <@U1> <https://evil.example|ok> token=ghp_${'a1B2'.repeat(9)} ${'x'.repeat(9_000)}`),
    );
    refused();
    await waitFor('the explanation', () => posts.length === 1);
    const blocks = posts[0]?.blocks ?? [];
    expect(messageFaults(blocks, { mentions: [], links: [] })).toEqual([]);
    expect(JSON.stringify(posts)).not.toContain('ghp_');
    expect(posts[0]?.text).not.toMatch(/<!channel>|<https/);
  });
});
