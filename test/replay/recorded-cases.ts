import { randomUUID } from 'node:crypto';
import type { EntryBody } from '../../contracts/entry.ts';
import type { GateFindings } from '../../contracts/gate.ts';
import type { CaseLog } from '../../pipeline/ports.ts';
import { aCase, type CaseStory } from '../fixtures/a-case.ts';
import { NOW } from '../fixtures/builders.ts';

export const DAY_MS = 86_400_000;

/** A decided case in this log, as if its decision had been made so many days after the others. */
export async function recordCase(log: CaseLog, caseId: string, story: CaseStory = {}, days = 0): Promise<void> {
  await record(
    log,
    caseId,
    aCase(story)
      .decided()
      .entries.map(({ body }) => body),
    days,
  );
}

export async function record(log: CaseLog, caseId: string, bodies: readonly EntryBody[], days = 0): Promise<void> {
  for (const [seq, body] of bodies.entries()) {
    const at = new Date(NOW + days * DAY_MS + seq).toISOString();
    const appended = await log.append(caseId, seq, body, { entryId: randomUUID(), at, open: false });
    if (!appended.ok) throw new Error(`${caseId} has another entry ${seq}`);
  }
}

export const found = (wrong: Partial<GateFindings>): CaseStory => ({ wrong });

/** A month in which thresholds would have mattered: cases by what the gate found in them. */
export const MONTH: readonly (readonly [caseId: string, story: CaseStory])[] = [
  ['inc-clean', found({})],
  ['inc-one-against', found({ contradictions: 1 })],
  ['inc-two-against', found({ contradictions: 2 })],
  ['inc-three-against', found({ contradictions: 3 })],
  ['inc-half-covered', found({ claims: 2, supports: 1, coverage: 0.5 })],
  ['inc-unsupported', found({ claims: 4, supports: 0, coverage: 0 })],
  ['inc-critical', { ...found({ severity: 'critical' }), incident: { severity: 'critical' } }],
  ['inc-absolute', { ...found({ policy_conflicts: ['pol-abs'] }), absolute: true }],
];

export async function recordMonth(log: CaseLog): Promise<void> {
  for (const [caseId, story] of MONTH) await recordCase(log, caseId, story);
}
