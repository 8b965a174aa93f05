import { join } from 'node:path';
import { App, LogLevel, type Receiver } from '@slack/bolt';
import { GovernorConfig } from '../../contracts/config.ts';
import type { LibraryDocument } from '../../contracts/documents.ts';
import type { Entry } from '../../contracts/entry.ts';
import type { Catalogue } from '../../pipeline/catalogue.ts';
import { createIntake } from '../../pipeline/intake.ts';
import type { Chat, Executor, Telemetry } from '../../pipeline/ports.ts';
import { UNKNOWN_SCORES } from '../../pipeline/scores.ts';
import { createGovernor, type Governor, type GovernorParts } from '../../src/app/governor.ts';
import { createKnownSecrets } from '../../src/log/known-secrets.ts';
import type { Log } from '../../src/log.ts';
import { createPlanners } from '../../src/planners/planners.ts';
import { openSqliteStore } from '../../src/stores/sqlite/store.ts';
import type { Store } from '../../src/stores/store.ts';
import { ALONE } from '../fixtures/alone.ts';
import { aCatalogue, figures } from '../fixtures/builders.ts';
import { serviceOf } from './library.ts';

export const TEAM = 'T0HOME';
export const APPROVER = 'U00ONCALL';
export const REPORTER = 'U0REPORTER';
const SERVICES = 50;
/** The action that the runbooks of a bench recommend. */
export const ACTION = 'scale_worker_pool';

const nothing = (): void => undefined;
/** As many secrets as an ordinary installation has, hidden wherever they turn up. */
const hide = createKnownSecrets([
  'xoxb-bench-0123456789',
  'xapp-bench-0123456789',
  'bench-signing-secret',
  'bench-mcp-token-0123',
]);
export const quietLog: Log = {
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: (message, fields) => void process.stderr.write(`${message} ${JSON.stringify(fields)}\n`),
  child: () => quietLog,
};

/**
 * No cooldown and no pacing of cards, which are there to make a case wait: what is left is work. Nothing executes by
 * itself, so that a case ends with its decision in Slack until somebody decides.
 */
export const benchConfig = GovernorConfig.parse({
  approvers: [{ users: [APPROVER], kinds: ['approve', 'override', 'release'] }],
  services: Object.fromEntries(Array.from({ length: SERVICES }, (_one, at) => [serviceOf(at), {}])),
  cooldown_s: 0,
  card_interval_s: 0,
  approval_expiry_s: 864_000,
  auto_execute: { sources: [] },
});

/** Slack, recording only that it was asked: every post gets a time of its own. */
export function recordingChat(): Chat {
  const sinceMs = Date.now();
  let posts = 0;
  return {
    async post({ channel }) {
      posts += 1;
      return { channel, ts: `${1_700_000_000 + posts}.000100` };
    },
    keepFirst: async ({ channel, ts }) => ({ channel, ts }),
    takeBack: async () => undefined,
    update: async () => undefined,
    tell: async () => undefined,
    replies: async () => [],
    person: async (id) => ({ id, teamId: TEAM, isBot: false, deleted: false, name: id }),
    groupMembers: async () => [],
    connection: () => ({ connected: true, sinceMs, epoch: 1 }),
  };
}

const constantTelemetry: Telemetry = {
  figures: async () => figures(),
  services: async () => benchServices,
  logLine: async () => null,
};
const benchServices = Object.keys(benchConfig.services);

/** An executor that does nothing and tells when it was asked. */
export function recordingExecutor(begun: (caseId: string) => void): Executor {
  return {
    name: 'sandbox',
    declares: () => ({ refusesLate: true, idempotentByKey: true }),
    async run({ caseId }) {
      begun(caseId);
      return { outcome: 'done', detail: 'recorded', effectAt: new Date().toISOString() };
    },
    status: async () => ({ seen: false }),
  };
}

/** An app whose listeners nobody calls, for benches that come in behind them. */
export function unheardApp(): App {
  const receiver: Receiver = { init: nothing, start: async () => undefined, stop: async () => undefined };
  const authorize = async () => ({ botToken: 'xoxb-bench', botId: 'BBENCH', botUserId: 'UBENCH', teamId: TEAM });
  return new App({ receiver, authorize, logLevel: LogLevel.ERROR });
}

export type StageOptions = {
  folder: string;
  library: readonly LibraryDocument[];
  app?: App;
  chat?: Chat;
  begun?: (caseId: string) => void;
  /** Opened by somebody else; `close` closes it all the same. */
  store?: Store;
  config?: GovernorConfig;
  catalogue?: Catalogue;
  telemetry?: Telemetry;
};
export type Stage = { store: Store; governor: Governor; intake: ReturnType<typeof createIntake>; close(): Promise<void> };

/** The whole governor over a durable store; only Slack, the executor and the telemetry are recording stand-ins. */
export async function openStage({
  folder,
  library: documents,
  app,
  chat = recordingChat(),
  begun = nothing,
  store: given,
  config = benchConfig,
  catalogue = aCatalogue(),
  telemetry = constantTelemetry,
}: StageOptions): Promise<Stage> {
  const store = given ?? (await openSqliteStore({ file: join(folder, 'governor.db'), now: Date.now, log: quietLog }));
  const { library } = store;
  await library.put(documents);
  const clock = { now: () => Date.now() };
  const parts: GovernorParts = {
    app: app ?? unheardApp(),
    store,
    chat,
    ownTeam: () => TEAM,
    telemetry,
    executors: new Map([['sandbox', recordingExecutor(begun)]]),
    tickets: null,
    plannerFor: createPlanners({ config, library, catalogue, clock, answers: [] }),
    scoresOf: async () => UNKNOWN_SCORES,
    catalogue,
    config,
    simulated: false,
    ...ALONE,
    links: { cardUrl: () => null, hosts: [], kibanaOf: () => null },
    hide: hide.redact,
    hideKnown: hide.hideKnown,
    logger: quietLog,
  };
  const governor = createGovernor(parts);
  const { cases } = governor.core;
  const intake = createIntake({ cases, library, telemetry, config, clock, redact: hide.redact });
  const close = async (): Promise<void> => {
    await governor.stop(3_000);
    await store.close();
  };
  return { store, governor, intake, close };
}

/** Resolves with the first entry of this kind that a case gets, for as many cases as are waited for. */
export function watchFor(store: Store, kind: Entry['body']['kind']): (caseId: string) => Promise<void> {
  const waiting = new Map<string, () => void>();
  const come = new Set<string>();
  store.caseLog.onAppend(({ case_id, body }) => {
    if (body.kind !== kind) return;
    const resolve = waiting.get(case_id);
    waiting.delete(case_id);
    if (resolve === undefined) come.add(case_id);
    else resolve();
  });
  return (caseId) =>
    new Promise((resolve) => {
      if (come.delete(caseId)) resolve();
      else waiting.set(caseId, resolve);
    });
}
