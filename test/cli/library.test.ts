import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from '../fixtures/child.ts';
import { aFolder, governor, onHome } from './governor.ts';

const SAMPLES = join(ROOT, 'data/sample-library.json');

const RUNBOOK = `---
id: rb-queue
recommended_action: restart_workers
---
# Workers idle: restart them
When workers sit idle in front of a full queue, restart the workers.
`;

test('documents are loaded, shown, replaced and deleted, and a trial run stores nothing', async () => {
  const { run, json } = onHome();
  expect(await json('load', '--data', SAMPLES, '--dry-run')).toEqual({
    runbooks: 10,
    evidence: 16,
    policies: 4,
    services: expect.arrayContaining(['*', 'payments-api']),
    dry_run: true,
    problems: [],
    notes: [],
  });
  expect(await run('documents', 'get', 'ev-101')).toEqual({
    code: 1,
    out: '',
    err: 'governor documents: there is no document `ev-101`\n',
  });
  expect(await run('load', '--data', SAMPLES)).toEqual({
    code: 0,
    out: 'Loaded 10 runbooks, 16 evidence documents, 4 policies.\n',
    err: '',
  });
  expect(await json('documents', 'get', 'ev-101')).toMatchObject({
    kind: 'evidence',
    id: 'ev-101',
    service: 'payments-api',
    stance: 'contradict',
    actions: ['restart_api_pods'],
    stored_at: expect.any(String),
  });
  expect(await json('documents', 'delete', 'ev-101')).toEqual({ deleted: 'ev-101' });
  expect((await run('documents', 'delete', 'ev-101')).code).toBe(1);
});

test('Markdown runbooks take their service from themselves, else from --service, else they are for all', async () => {
  const { run, json } = onHome();
  const folder = join(aFolder(), 'runbooks');
  mkdirSync(folder);
  writeFileSync(join(folder, 'queue.md'), RUNBOOK);
  writeFileSync(join(folder, 'mail.md'), RUNBOOK.replace('rb-queue', 'rb-mail').replace('---\nid', '---\nservice: mailer\nid'));
  expect((await run('load', '--runbooks', folder, '--service', 'queue-worker')).code).toBe(0);
  expect(await json('documents', 'get', 'rb-queue')).toMatchObject({
    service: 'queue-worker',
    title: 'Workers idle: restart them',
  });
  expect(await json('documents', 'get', 'rb-mail')).toMatchObject({ service: 'mailer' });
  await run('load', '--runbooks', folder);
  expect(await json('documents', 'get', 'rb-queue')).toMatchObject({ service: '*' });
});

test('what is left out is named with file and reason, and is bad news; what was right is loaded', async () => {
  const { run } = onHome();
  const folder = aFolder();
  writeFileSync(join(folder, 'good.md'), RUNBOOK);
  writeFileSync(join(folder, 'twice.md'), RUNBOOK);
  writeFileSync(join(folder, 'vague.md'), RUNBOOK.replace('rb-queue', 'rb-vague').replace(': restart_workers', ': burn_it_all'));
  const answer = await run('load', '--runbooks', folder);
  expect(answer.code).toBe(1);
  expect(answer.out).toContain('Loaded 2 runbooks, 0 evidence documents, 0 policies.');
  expect(answer.out).toMatch(/left out {2}.*twice\.md: id: `rb-queue` is taken by .*good\.md/);
  expect(answer.out).toMatch(/note {6}.*vague\.md: .*`burn_it_all` is no action of the catalogue/);
  const broken = join(folder, 'broken.json');
  writeFileSync(broken, '{"runbooks": [');
  const refused = await run('load', '--data', broken);
  expect(refused.code).toBe(1);
  expect(refused.out + refused.err).toMatch(/broken\.json.*is not JSON/);
});

test('paths are meant from where a person stands', async () => {
  const folder = aFolder();
  cpSync(SAMPLES, join(folder, 'mine.json'));
  const answer = await governor(['load', '--data', 'mine.json'], { cwd: folder, env: { GOVERNOR_HOME: 'home' } });
  expect(answer).toMatchObject({ code: 0, err: '' });
  const kept = await governor(['documents', 'get', 'ev-101'], { env: { GOVERNOR_HOME: join(folder, 'home') } });
  expect(kept.code).toBe(0);
});

const SIMULATION = {
  incident: { service: 'billing-batch', severity: 'medium', summary: 'queue lag up, workers slow, no saturation', symptoms: [] },
  plan: {
    incident_id: 'inc-mine',
    proposed_action: 'scale_worker_pool',
    parameters: {},
    rationale: 'The backlog is larger than the workers can take.',
    key_claims: [
      {
        claim: 'Scaling the worker pool of billing from three to eight workers cleared the backlog.',
        document_ids: ['ev-103'],
      },
    ],
    confidence_initial: 8,
    retrieved_context_ids: ['ev-103'],
  },
};

async function simulate(plan: Partial<(typeof SIMULATION)['plan']> = {}, severity = 'medium') {
  const { home, env } = onHome();
  const file = join(home, 'plan.json');
  const written = { incident: { ...SIMULATION.incident, severity }, plan: { ...SIMULATION.plan, ...plan } };
  writeFileSync(file, JSON.stringify(written));
  const answer = await governor(['simulate', file, '--json'], { env });
  return { code: answer.code, answer: JSON.parse(answer.out), file, env };
}

test('a plan is decided as a case would have it, and nothing is recorded', async () => {
  const { code, answer, file, env } = await simulate();
  expect(code).toBe(0);
  expect(Object.keys(answer).sort()).toEqual([
    'claims',
    'decision',
    'digest',
    'documents',
    'findings',
    'flips',
    'incident_id',
    'needs',
    'reasons',
    'rules',
  ]);
  expect(answer).toMatchObject({
    decision: 'execute',
    reasons: [],
    needs: 'none',
    digest: expect.stringMatching(/^[0-9a-f]{64}$/),
  });
  const shown = await governor(['simulate', file], { env });
  expect(shown.out).toMatch(/^execute\n/);
  expect(shown.out).toMatch(/passed {2}contradictions +0 +"< 2"/);
  expect((await governor(['cases', '--json'], { env })).out).toBe('[]\n');
});

test.each<[string, Parameters<typeof simulate>, object]>([
  [
    'an action that is not in the catalogue',
    [{ proposed_action: 'rm -rf /var/lib' }],
    { reasons: expect.arrayContaining(['unknown_action']), needs: 'nothing_passes' },
  ],
  [
    'invented evidence',
    [{ key_claims: [{ claim: 'The change board has approved it.', document_ids: ['CAB-1'] }] }],
    { reasons: expect.arrayContaining(['fabricated_authority']), needs: 'override' },
  ],
  ['a critical incident', [{}, 'critical'], { reasons: ['critical_severity'], needs: 'override' }],
])('%s blocks, and that is bad news', async (_claim, given, expected) => {
  const { code, answer } = await simulate(...given);
  expect(code).toBe(1);
  expect(answer).toMatchObject({ decision: 'block_and_escalate', ...expected });
});
