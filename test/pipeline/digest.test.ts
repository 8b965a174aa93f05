import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { Digested } from '../../pipeline/digest.ts';
import { digestOf } from '../../pipeline/digest.ts';
import { aClaim, aContradiction, anEvidence, anIncident, aPlan, aPolicy, stressOf } from '../fixtures/builders.ts';

const HASH = 'f'.repeat(64);
const plan = aPlan({ retrieved_context_ids: ['ev-104'], key_claims: [aClaim({ quote: 'worker pool' })] });
const stress = stressOf({ plan, documents: [anEvidence(), anEvidence({ id: 'ev-104' }), aContradiction(), aPolicy()] });
const gate = { decision: 'block_and_escalate', reasons: ['policy_conflict'], gate_config_hash: HASH } as const;
const base: Digested = {
  caseId: 'case-1',
  revision: 1,
  incident: anIncident(),
  stress,
  gate: { ...gate, reasons: [...gate.reasons] },
};
const withStress = (change: Partial<Digested['stress']>): Digested => ({ ...base, stress: { ...base.stress, ...change } });
const withDocument = (id: string, change: object) =>
  withStress({ documents: stress.documents.map((one) => (one.id === id ? { ...one, ...change } : one)) });
const firstClaim = (change: object) => withStress({ claims: stress.claims.map((claim) => ({ ...claim, ...change })) });

describe('the digest changes with', () => {
  test.each<[string, Digested]>([
    ['the case', { ...base, caseId: 'case-2' }],
    ['the revision', { ...base, revision: 2 }],
    ['the service', { ...base, incident: anIncident({ service: 'other' }) }],
    ['the severity', { ...base, incident: anIncident({ severity: 'high' }) }],
    ['the action', withStress({ action_id: 'restart_api_pods' })],
    ['anything in the action’s entry', withStress({ action_hash: HASH })],
    ['a parameter', withStress({ parameters: { ...stress.parameters, workers: 9 } })],
    ['a claim', firstClaim({ claim: 'x' })],
    ['a quote', firstClaim({ quote: null })],
    ['a claim’s support', firstClaim({ supports: [] })],
    ['an invented id', firstClaim({ fabricated: ['ev-x'] })],
    ['what a supporting document says', withDocument('ev-103', { hash: HASH })],
    ['what a contradicting document says', withDocument('ev-900', { hash: HASH })],
    ['what a document says that was only read', withDocument('ev-104', { hash: HASH })],
    ['the part a document plays', withDocument('ev-103', { role: 'not_counted' })],
    ['a document more', withStress({ documents: stress.documents.slice(1) })],
    ['what a policy says', withStress({ policies: stress.policies.map((policy) => ({ ...policy, hash: HASH })) })],
    ['the thresholds', { ...base, gate: { ...base.gate, gate_config_hash: '0'.repeat(64) } }],
    ['the decision', { ...base, gate: { ...base.gate, decision: 'execute' } }],
    ['a reason', { ...base, gate: { ...base.gate, reasons: [] } }],
  ])('%s', (_claim, changed) => {
    expect(digestOf(changed)).not.toBe(digestOf(base));
  });
});

describe('the digest does not change with', () => {
  test.each<[string, Digested]>([
    ['nothing', structuredClone(base)],
    [
      'telemetry, confidence or times',
      { ...base, stress: { ...stress, ...{ confidence: null, began_at: '', findings: null } } as Digested['stress'] },
    ],
    [
      'the order of documents and policies',
      withStress({ documents: [...stress.documents].reverse(), policies: [...stress.policies].reverse() }),
    ],
    ['the order of keys', { ...base, stress: Object.fromEntries(Object.entries(stress).reverse()) as Digested['stress'] }],
    ['an excerpt or a title', withDocument('ev-103', { excerpt: 'x', title: 'y' })],
    [
      'an uncited document that does not contradict',
      withStress({ documents: [...stress.documents, { ...stress.documents[0]!, id: 'ev-z', cited: false, role: 'context' }] }),
    ],
  ])('%s', (_claim, same) => {
    expect(digestOf(same)).toBe(digestOf(base));
  });
});

test('digest and decision are the same bytes in every time zone and language', () => {
  const child = fileURLToPath(new URL('../fixtures/print-decision.ts', import.meta.url));
  const places = [
    { TZ: 'UTC', LC_ALL: 'C' },
    { TZ: 'Pacific/Kiritimati', LC_ALL: 'tr_TR.UTF-8' },
    { TZ: 'America/St_Johns', LC_ALL: 'sv_SE.UTF-8' },
    { TZ: 'Asia/Kathmandu', LC_ALL: 'ar_EG.UTF-8' },
  ];
  const printed = places.map((place) => {
    const run = spawnSync(process.execPath, [child], {
      env: { ...process.env, ...place, LANG: place.LC_ALL },
      encoding: 'utf8',
      timeout: 15_000,
    });
    expect(run.stderr).toBe('');
    return run.stdout;
  });
  expect(printed[0]).toMatch(/^[0-9a-f]{64} \{/);
  expect(new Set(printed).size).toBe(1);
});

test('the digest of a known revision never changes by accident', () => {
  // Approvals that wait in a log name it: whoever changes what it covers raises DIGEST_FORMAT and edits this line.
  expect(digestOf(base)).toBe('a25827a704378903cf04791bd22eafa6cdb255b47de324329980600679c7ce98');
});
