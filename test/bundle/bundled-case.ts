import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { BundleLine } from '../../contracts/bundle.ts';
import { canonicalJson } from '../../pipeline/canonical.ts';
import type { CaseState } from '../../pipeline/case-state.ts';
import { GENESIS, hashOfRow } from '../../pipeline/chain.ts';
import { sha256 } from '../../pipeline/hash.ts';
import { nextStep } from '../../pipeline/next.ts';
import type { AuditHead } from '../../src/audit/head.ts';
import { type Bundled, type BundleParts, writeBundle } from '../../src/bundle/bundle.ts';
import { sealedRow } from '../../src/bundle/stored-rows.ts';
import { type BundleReport, verifyBundle } from '../../src/bundle/verify/verify-bundle.ts';
import { createKnownSecrets } from '../../src/log/known-secrets.ts';
import { figures } from '../fixtures/builders.ts';
import { type InProcess, type InProcessOptions, inProcess } from '../fixtures/in-process.ts';

export const VERSION = '1.2.3';
const EXPORTED_MS = Date.parse('2026-12-01T00:00:00.000Z');
const BAD = figures({ error_rate: 0.4, errors: 400, requests: 1_000 });
const WELL = figures({ error_rate: 0, errors: 0, requests: 1_000 });

export type Line = Record<string, unknown> & { part: string };

export const parsedLines = (text: string): BundleLine[] =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => BundleLine.parse(JSON.parse(line)));

/** Carries a decided case on to where it waits for nobody; once something took effect, the service is well. */
export async function seenThrough(governor: InProcess, caseId: string): Promise<CaseState> {
  let state = await governor.reload(caseId);
  for (let round = 0; round < 30; round += 1) {
    governor.world.figures = state.execution?.outcome === 'done' ? WELL : BAD;
    const due = nextStep(state, governor.config, { connectedSinceMs: 0 }, { settleS: 1, windowS: 5 });
    if (due === null || due.step === 'remind' || due.step === 'expire') break;
    governor.clock.ms = Math.max(governor.clock.ms + 10, due.atMs);
    await governor.steps[due.step](state);
    state = await governor.reload(caseId);
    if (state.revisions.at(-1)?.gated && !state.cards[state.revisions.length]) state = await governor.show(state);
  }
  return state;
}

/** A governor on a store of its own, and its cases as bundles. */
export async function bundling(options: InProcessOptions = {}, change: Partial<BundleParts> = {}) {
  const governor = await inProcess(options);
  governor.world.figures = BAD;
  const home = mkdtempSync(join(tmpdir(), 'governor-bundle-'));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  const parts: BundleParts = {
    store: governor.store,
    catalogue: governor.catalogue,
    config: governor.config,
    simulated: true,
    outputFolder: home,
    secrets: createKnownSecrets([]),
    version: VERSION,
    now: () => EXPORTED_MS,
    ...change,
  };
  const bundle = async (caseId: string, other: Partial<BundleParts> = {}): Promise<{ text: string; bundled: Bundled }> => {
    const texts: string[] = [];
    const bundled = await writeBundle(caseId, { ...parts, ...other }, (text) => void texts.push(text));
    return { text: texts.join(''), bundled };
  };
  return { governor, home, bundle };
}

export async function* inChunks(text: string, bytes = 1_000): AsyncGenerator<Buffer> {
  const whole = Buffer.from(text);
  for (let at = 0; at < whole.length; at += bytes) yield whole.subarray(at, at + bytes);
}

export const verified = (text: string, { head = null, version = VERSION }: { head?: AuditHead | null; version?: string } = {}) =>
  verifyBundle(inChunks(text), { head, version });

/** `check what` of every fault, once each. */
export const faultsOf = ({ faults }: BundleReport): string[] => [...new Set(faults.map(({ check, what }) => `${check} ${what}`))];

/** The bundle with its lines changed by somebody who knows how to seal it again. */
export function resealed(text: string, change: (lines: Line[]) => Line[]): string {
  const lines: Line[] = text
    .trimEnd()
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line));
  const body = change(lines)
    .map((line) => `${canonicalJson(line)}\n`)
    .join('');
  const seal = {
    part: 'seal',
    lines: body.split('\n').length - 1,
    sha256: sha256(body),
    not_hashed: { exported_at: new Date(EXPORTED_MS).toISOString() },
  };
  return `${body}${canonicalJson(seal)}\n`;
}

type Row = { case_id: string; seq: number; entry_id: string; at: string; prev_hash: string; hash: string; body: Body };
type Body = Record<string, unknown> & { kind: string };
const rowIn = (line: Line): Row => line.row as Row;

/** The same by somebody who seals the chain of entries anew as well, and makes the header fit. */
export const rechained = (text: string, change: (rows: Row[]) => Row[]): string =>
  resealed(text, (lines) => {
    const rows = change(lines.filter(({ part }) => part === 'entry').map(rowIn));
    let prev_hash = GENESIS;
    const sealed = rows.map((row, seq) => {
      const next = { ...row, seq, prev_hash };
      const hash = hashOfRow(sealedRow({ ...next, hash: '' }));
      prev_hash = hash;
      return { ...next, hash };
    });
    const last = sealed.at(-1);
    const header = { ...lines[0], part: 'bundle', entries: sealed.length, last: { seq: last?.seq ?? 0, hash: last?.hash ?? '' } };
    const rest = lines.slice(1).filter(({ part }) => part !== 'entry');
    return [header, ...sealed.map((row) => ({ part: 'entry', row })), ...rest];
  });

/** The bodies of one kind changed, the chain sealed anew. */
export const withBodies = (text: string, kind: string, change: (body: Body) => object): string =>
  rechained(text, (rows) =>
    rows.map((row) => (row.body.kind === kind ? { ...row, body: { ...row.body, ...change(row.body), kind } } : row)),
  );
