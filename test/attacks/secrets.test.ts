import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Writable } from 'node:stream';
import { expect, test } from 'vitest';
import { attemptOf, decide } from '../../listeners/attempts.ts';
import type { ListenerParts } from '../../listeners/parts.ts';
import type { Planner } from '../../pipeline/ports.ts';
import { exportAudit } from '../../src/audit/export.ts';
import { loadLibrary } from '../../src/library-files/load-library.ts';
import { createKnownSecrets, formsOf } from '../../src/log/known-secrets.ts';
import { createLog } from '../../src/log.ts';
import type { Arena } from './arena.ts';
import { openArena } from './arena.ts';
import { LEAD } from './team.ts';

// Secrets planted wherever text comes from, then everything searched that leaves the process or stays behind on its disk.

/** Of the environment; nothing but their being known gives the second and third away. */
const GIVEN = {
  SLACK_BOT_TOKEN: 'xoxb-1029384756-5647382910-AbCdEfGhIjKlMnOp',
  MCP_TOKEN: 'correct horse battery staple/77',
  JIRA_API_TOKEN: 'wachtmeister.sommerregen.apfelbaum',
  ESCALATION_WEBHOOK_URL: 'https://hooks.slack.com/services/T0HOME/B0HOOK/qwertyuiopasdfgh',
};
/** Known by their form alone. */
const FOUND = {
  evidence: 'AKIAQWERTYUIOPASDFGH',
  runbook: 'glpat-zyxwvutsrqponmlkjihg',
  policy: 'ghp_abcdefghijklmnopqrstuvwxyz012345',
  summary: 'hunter2-of-the-database',
  symptom: 's3cr3t-behind-the-colon',
  log: 'sk-proj-abcdefghijklmnop0123456789',
  plan: 'npm_abcdefghijklmnopqrstuvwxyz0123456789',
  stress: 'whsec_abcdefghijklmnopqrstuvwx',
  executor: 'hf_abcdefghijklmnopqrstuvwxyzABCDEF',
  telemetry: 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJvbmNhbGwifQ.c2lnbmF0dXJl',
  reason: 'dop_v1_0123456789abcdef0123456789abcdef01234567',
  learned: 'pypi-abcdefghijklmnopqrstuvwxyz012345',
};
const ALL = [...Object.values(GIVEN), ...Object.values(FOUND)];
const every = Object.values(GIVEN).join(' and ');
const SERVICE = 'vault-front';

function leaky(): Planner {
  const said = (value: unknown) => ({
    text: JSON.stringify(value),
    planner: 'leaky',
    fallback_from: null,
    usage: null,
    retrieved_ids: null,
  });
  const claim = `Restarting the workers of the queue helps (${FOUND.plan}, ${every})`;
  return {
    name: 'leaky',
    plan: async ({ incident: { id } }) =>
      said({
        incident_id: id,
        proposed_action: 'restart_workers',
        parameters: {},
        rationale: `The key is ${FOUND.plan}; ${every}`,
        key_claims: [{ claim, document_ids: ['ev-vault', 'rb-vault', `log:${SERVICE}:1`] }],
        confidence_initial: 9,
        retrieved_context_ids: [],
      }),
    stress: async ({ incident: { id } }) =>
      said({
        incident_id: id,
        claim_evidence: [
          { claim: `Also ${FOUND.stress} ${every}`, support_docs: [], contradiction_docs: [], contradicted: true },
        ],
        policy_conflicts: ['pol-vault'],
        confidence_post_stress: 9,
        position_after_stress: 'restart_workers',
      }),
    summarise: async () => said({ title: `What helped: ${FOUND.learned}`, body: `It was ${FOUND.learned}, ${every}` }),
    explain: async () => said(every),
  };
}

const DOCUMENTS = {
  evidence: [
    {
      id: 'ev-vault',
      service: SERVICE,
      stance: 'support',
      text: `Restarting the workers of the queue helped once, with ${FOUND.evidence}. ${every}`,
    },
    { id: 'ev-against', service: SERVICE, stance: 'contradict', text: `Restarting the workers of the queue lost jobs. ${every}` },
  ],
  runbooks: [
    {
      id: 'rb-vault',
      service: SERVICE,
      title: 'Workers idle: restart them',
      recommended_action: 'restart_workers',
      body: `Log in with ${FOUND.runbook}, then restart the workers of the queue. ${every}`,
    },
  ],
  policies: [
    {
      id: 'pol-vault',
      service: SERVICE,
      blocked_actions: ['restart_workers'],
      severities: [],
      rule: `Workers are restarted with consent only; the token is ${FOUND.policy}. ${every}`,
    },
  ],
};

/** Everything a secret could be found in, by where it is. */
async function whatLeft(arena: Arena, logged: readonly string[]): Promise<Record<string, string>> {
  const exported: string[] = [];
  await exportAudit(arena.store.audit, (lines) => void exported.push(lines));
  const disk = ['', '-wal'].map((suffix) => readFileSync(`${arena.file}${suffix}`).toString('latin1'));
  return {
    'Slack and tickets': JSON.stringify(arena.told),
    'the ledger': JSON.stringify(arena.effects),
    'the log on stderr': logged.join(''),
    'the store’s file': disk.join(''),
    'the audit’s export': exported.join(''),
    'what a card is drawn from': JSON.stringify([...arena.states.values()]),
  };
}

const found = (text: string): string[] => ALL.filter((secret) => formsOf(secret).some((form) => text.includes(form)));

test('of sixteen planted secrets none leaves, in whatever coding', { timeout: 30_000 }, async () => {
  const logged: string[] = [];
  const stream = new Writable({
    write(chunk, _encoding, done) {
      logged.push(String(chunk));
      done();
    },
  });
  const hide = createKnownSecrets(Object.values(GIVEN));
  const logger = createLog({ logLevel: 'debug', production: true, secrets: [] }, { hide, stream });
  const arena = await openArena({
    logger,
    hide,
    plannerFor: leaky,
    right: () => 'restart_workers',
    lines: new Map([[`log:${SERVICE}:1`, `GET /restart/workers/queue?key=${FOUND.log} ${every}`]]),
    figuresPath: `/login?token=${FOUND.telemetry}&more=${encodeURIComponent(every)}`,
    executorDetail: `restarted with ${FOUND.executor}; ${every}`,
  });
  try {
    const file = join(dirname(arena.file), 'documents.json');
    writeFileSync(file, JSON.stringify(DOCUMENTS));
    const { library } = arena.store;
    await loadLibrary({ file }, { library, catalogue: arena.catalogue, hide: hide.redact });
    const caseId = await arena.open({
      service: SERVICE,
      severity: 'medium',
      summary: `workers idle, password=${FOUND.summary}, ${every}`,
      symptoms: [`postgres://app:${FOUND.symptom}@db:5432/jobs times out`, every],
    });
    await arena.rest();
    const state = arena.states.get(caseId);
    const now = state?.revisions[0];
    const parts = { ...arena.governor.core, config: arena.config, redact: hide.redact, people } as unknown as ListenerParts;
    const approve = {
      kind: 'override' as const,
      caseId,
      revision: 1,
      digest: now?.gated?.digest ?? null,
      by: LEAD,
      via: 'modal' as const,
      eventKey: 'form:1',
      reason: `agreed, ${FOUND.reason}, ${every}`,
    };
    expect(await decide(parts, attemptOf(parts, approve))).toMatchObject({ ok: true });
    await arena.rest();
    expect(arena.states.get(caseId)?.status).toBe('resolved');
    logger.warn('said by hand', {
      why: every,
      nested: { password: 'x', url: `https://a.example/?q=${encodeURIComponent(every)}` },
    });
    const left = await whatLeft(arena, logged);
    const hits = Object.entries(left).flatMap(([where, text]) => found(text).map((secret) => `${where}: ${secret}`));
    expect(hits).toEqual([]);
  } finally {
    await arena.close();
  }
});

const people = { groups: async () => new Map() };
