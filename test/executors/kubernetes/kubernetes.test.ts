import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { executorSuite } from '../../conformance/executor.suite.ts';
import type { Trouble } from '../../fakes/kubernetes/api-server.ts';
import { anOrder, DEPLOYMENT, type KubernetesStage, NODE, openKubernetes } from './stage.ts';

const ANNOTATION = 'safety-governor/executions';

/** What the objects were really given, by key: read from the patches, not from the executor. */
const effectsOf = ({ server }: KubernetesStage, key: string): number =>
  server.changes.filter(({ patch }) => JSON.stringify(patch).includes(`\\"key\\":\\"${key}\\"`)).length;

executorSuite(
  'of Kubernetes',
  async () => {
    const stage = await openKubernetes();
    const { server } = stage;
    const { key: _key, notAfter: _limit, ...order } = anOrder('restart_pods');
    return {
      executor: stage.executor,
      order,
      // Each change repeats the records before it, so a key counts where it is the newest one.
      effects: async (key) =>
        server.changes.filter(({ patch }) => JSON.stringify(patch).match(/\\"key\\":\\"([^\\]+)\\"(?!.*\\"key\\")/)?.[1] === key)
          .length,
      failNext: null,
      faults: {
        loseAnswer: async () => server.trouble({ on: 'PATCH', when: 'applied', do: 'cut' }),
        loseOrder: async () => server.trouble({ on: 'PATCH', when: 'before', do: 'cut' }),
        refuse: async () => server.trouble({ on: 'PATCH', when: 'before', do: 'status', status: 403 }),
        goSilent: async () => server.silence(),
      },
      close: stage.close,
    };
  },
  { hasFaults: true, canFail: false },
);

let stage: KubernetesStage;
beforeEach(async () => {
  stage = await openKubernetes();
});
afterEach(() => stage.close());

describe('what each operation changes, and nothing else', () => {
  test('a restart marks the pod template', async () => {
    expect(await stage.executor.run(anOrder('restart_pods'))).toMatchObject({
      outcome: 'done',
      detail: 'deployment shop/checkout-web: restarted',
    });
    const now = stage.server.get(DEPLOYMENT);
    expect(now.spec).toMatchObject({
      replicas: 2,
      template: { metadata: { annotations: { 'kubectl.kubernetes.io/restartedAt': expect.any(String) } } },
    });
    expect(now.metadata.annotations).toMatchObject({ team: 'shop' });
    expect(now.metadata.generation).toBe(5);
  });

  test('scaling sets the number of replicas', async () => {
    expect(await stage.executor.run(anOrder('scale_pods'))).toMatchObject({
      detail: 'deployment shop/checkout-web: scaled to 3',
    });
    expect(stage.server.get(DEPLOYMENT).spec.replicas).toBe(3);
  });

  test('an undo puts the whole template of the revision before back, fields that nobody knows yet included', async () => {
    expect(await stage.executor.run(anOrder('undo_release'))).toMatchObject({ outcome: 'done' });
    expect(stage.server.get(DEPLOYMENT).spec.template).toEqual({
      metadata: { labels: { app: 'checkout-web' } },
      spec: { containers: [{ name: 'web', image: 'web:2', aFieldOfTomorrow: { kept: true } }] },
    });
  });

  test('a node is cordoned, and taken back', async () => {
    await stage.executor.run(anOrder('cordon_node'));
    expect(stage.server.get(NODE).spec).toEqual({ unschedulable: true });
    await stage.executor.run(anOrder('uncordon_node', { key: 'inc-1:2' }));
    expect(stage.server.get(NODE).spec).toEqual({ unschedulable: false });
  });

  test('every change is tried without effect first, with the very same patch', async () => {
    await stage.executor.run(anOrder('restart_pods'));
    expect(stage.server.seen.map(({ method, path }) => `${method} ${path.split('?')[1] ?? ''}`)).toEqual([
      'GET ',
      'PATCH fieldManager=safety-governor&dryRun=All',
      'PATCH fieldManager=safety-governor',
    ]);
    expect(stage.server.seen[2]?.contentType).toBe('application/json-patch+json');
  });
});

describe('refused, with nothing changed', () => {
  const without = (change: object): void => {
    const before = stage.server.get(DEPLOYMENT);
    stage.server.put(DEPLOYMENT, { ...before, ...change });
  };
  test.each<[string, () => Promise<unknown>]>([
    ['a namespace that the config does not list', () => stage.executor.run(anOrder('elsewhere'))],
    [
      'a name that would change the path',
      () => stage.executor.run(anOrder('restart_pods', { parameters: { service: '../../secrets/x' } })),
    ],
    ['a missing parameter', () => stage.executor.run(anOrder('restart_pods', { parameters: {} }))],
    ['an object that is not there', () => stage.executor.run(anOrder('restart_pods', { parameters: { service: 'nobody' } }))],
    [
      'a number that is none',
      () => stage.executor.run(anOrder('scale_pods', { parameters: { service: 'checkout-web', count: -1 } })),
    ],
    [
      'what the trial run refuses',
      () => stage.executor.run(anOrder('scale_pods', { parameters: { service: 'checkout-web', count: 900 } })),
    ],
    ['an action that is no order of ours', () => stage.executor.run({ ...anOrder('restart_pods'), actionId: 'unknown' })],
    ['a late order', () => stage.executor.run(anOrder('restart_pods', { notAfter: new Date(Date.now() - 1).toISOString() }))],
    [
      'a paused rollout',
      () => {
        without({ spec: { ...stage.server.get(DEPLOYMENT).spec, paused: true } });
        return stage.executor.run(anOrder('restart_pods'));
      },
    ],
    [
      'an undo without an earlier revision',
      () => {
        const { metadata } = stage.server.get(DEPLOYMENT);
        without({ metadata: { ...metadata, annotations: { 'deployment.kubernetes.io/revision': '1' } } });
        return stage.executor.run(anOrder('undo_release'));
      },
    ],
    [
      'a record that somebody has damaged',
      () => {
        const { metadata } = stage.server.get(DEPLOYMENT);
        without({ metadata: { ...metadata, annotations: { [ANNOTATION]: 'rubbish' } } });
        return stage.executor.run(anOrder('restart_pods'));
      },
    ],
  ])('%s', async (_claim, run) => {
    expect(await run()).toMatchObject({ outcome: 'refused', effectAt: null });
    expect(stage.server.changes).toEqual([]);
  });
});

describe('under trouble it ends in what can be known, with at most one change', () => {
  test.each<[string, Trouble, string, number]>([
    ['slow', { on: 'PATCH', when: 'before', do: 'slow', ms: 200 }, 'done', 1],
    ['a server that cannot be read', { on: 'GET', when: 'before', do: 'status', status: 500 }, 'not_sent', 0],
    ['a reading that hangs', { on: 'GET', when: 'before', do: 'hang' }, 'not_sent', 0],
    ['a trial that is cut', { on: 'dry', when: 'before', do: 'cut' }, 'not_sent', 0],
    ['a trial that fails', { on: 'dry', when: 'before', do: 'status', status: 500 }, 'not_sent', 0],
    ['a right that is missing', { on: 'PATCH', when: 'before', do: 'status', status: 403 }, 'refused', 0],
    ['too many requests, in the words of Kubernetes', { on: 'PATCH', when: 'before', do: 'status', status: 429 }, 'refused', 0],
    [
      'too many requests, in the words of a proxy',
      { on: 'PATCH', when: 'applied', do: 'status', status: 429, isProxy: true },
      'answer_lost',
      1,
    ],
    ['a fault before the change', { on: 'PATCH', when: 'before', do: 'status', status: 500 }, 'answer_lost', 0],
    ['a fault after the change', { on: 'PATCH', when: 'applied', do: 'status', status: 504 }, 'answer_lost', 1],
    ['a change that hangs', { on: 'PATCH', when: 'applied', do: 'hang' }, 'answer_lost', 1],
    ['a change whose answer is cut', { on: 'PATCH', when: 'applied', do: 'cut' }, 'answer_lost', 1],
    ['a status that changed after the look', { on: 'dry', when: 'before', do: 'touch' }, 'done', 1],
    ['a status that changed after the trial', { on: 'PATCH', when: 'before', do: 'touch' }, 'done', 1],
    ['somebody who changed what is wanted', { on: 'PATCH', when: 'before', do: 'touch', spec: true }, 'refused', 0],
  ])('%s', async (_claim, trouble, end, changes) => {
    stage.server.trouble(trouble);
    const order = anOrder('scale_pods');
    const outcome = await stage.executor.run(order).then(
      (answer) => answer.outcome,
      (fault: { code: string }) => fault.code,
    );
    expect(outcome).toBe(end);
    expect(stage.server.changes).toHaveLength(changes);
    // A process that has just started knows as much: the object itself tells.
    const status = await (await stage.another()).status(order.key, order);
    expect(status).toMatchObject(changes === 1 ? { seen: true, outcome: 'done' } : { seen: false });
    expect(effectsOf(stage, order.key)).toBe(changes);
  });

  test.each([
    ['cannot be had', 500, 'not_sent'],
    ['may not be read', 403, 'refused'],
  ])('revisions that %s end in what can be known', async (_claim, status, end) => {
    // The object is read before they are.
    stage.server.trouble({ on: 'GET', when: 'before', do: 'slow', ms: 1 });
    stage.server.trouble({ on: 'GET', when: 'before', do: 'status', status });
    expect(await stage.executor.run(anOrder('undo_release'))).toMatchObject({
      outcome: end,
      detail: expect.stringContaining('revisions cannot be read'),
    });
    expect(stage.server.changes).toEqual([]);
  });

  test('an object that never stands still is left alone', async () => {
    stage.server.trouble({ on: 'PATCH', when: 'before', do: 'touch' }, 50);
    expect(await stage.executor.run(anOrder('restart_pods'))).toMatchObject({ outcome: 'refused' });
    expect(stage.server.changes).toEqual([]);
  });

  test('an object that has vanished tells nothing, and that is no "not seen"', async () => {
    const order = anOrder('restart_pods', { parameters: { service: 'nobody' } });
    await expect(stage.executor.status(order.key, order)).rejects.toMatchObject({ code: 'outcome_unclear' });
    await expect(stage.executor.status(order.key, null)).rejects.toMatchObject({ code: 'outcome_unclear' });
  });
});

test('an object keeps the last twenty orders, in one annotation', async () => {
  for (let at = 1; at <= 23; at += 1) await stage.executor.run(anOrder('restart_pods', { key: `inc-1:${at}` }));
  const records = JSON.parse(stage.server.get(DEPLOYMENT).metadata.annotations?.[ANNOTATION] ?? '');
  expect(records.map(({ key }: { key: string }) => key)).toEqual(Array.from({ length: 20 }, (_, at) => `inc-1:${at + 4}`));
});
