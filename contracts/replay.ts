import { z } from 'zod';
import { Flip, GateConfig, Reason } from './gate.ts';
import { CaseStatus, Decision, Instant, Severity, Sha256 } from './words.ts';

/** One decision: as it was recorded, or as it would be now. */
export const Outcome = z.strictObject({
  decision: Decision,
  reasons: z.array(Reason),
  /** What lets it run: nothing more, one kind of consent, or nothing at all. */
  needs: z.enum(['none', 'approve', 'override', 'nothing_passes']),
  flips: z.array(Flip),
});
export type Outcome = z.infer<typeof Outcome>;

export const Difference = z.enum(['decision', 'reasons', 'needs', 'flips', 'rules']);
export type Difference = z.infer<typeof Difference>;

/** A decision that would be another one. */
export const ReplayedDecision = z.strictObject({
  revision: z.int().min(1),
  at: Instant,
  /** `same`: it was recorded with the very thresholds of this replay. */
  thresholds: z.enum(['same', 'other']),
  /** `rules` only where the thresholds are the same: with others every threshold reads otherwise. */
  differs: z.array(Difference).min(1),
  /** The same findings and the same thresholds, and yet another decision: the program does not do what it did. */
  program_fault: z.boolean(),
  recorded: Outcome,
  replayed: Outcome,
});
export type ReplayedDecision = z.infer<typeof ReplayedDecision>;

/** One case: a line of `governor replay --json`. */
export const ReplayedCase = z.strictObject({
  case_id: z.string(),
  service: z.string(),
  severity: Severity,
  status: CaseStatus,
  /** How many of its decisions were made again. */
  decisions: z.int().min(0),
  differing: z.array(ReplayedDecision),
});
export type ReplayedCase = z.infer<typeof ReplayedCase>;

/** A case that is in the log and cannot be read: it differs from everything. */
export const UnreadableCase = z.strictObject({ case_id: z.string(), problem: z.string() });
export type UnreadableCase = z.infer<typeof UnreadableCase>;

const Counts = z.strictObject({ recorded: z.int(), replayed: z.int() });

/** The last line of `governor replay --json`. */
export const ReplayTotals = z.strictObject({
  totals: z.strictObject({
    cases: z.int(),
    decisions: z.int(),
    differing_cases: z.int(),
    differing_decisions: z.int(),
    /** Decisions that would turn from one to the other. */
    execute_to_block: z.int(),
    block_to_execute: z.int(),
    /** Decisions after which nobody was, or would be, asked before it runs. */
    need_nobody: Counts,
    same_thresholds: z.int(),
    program_faults: z.int(),
    unreadable_cases: z.int(),
  }),
  gate: GateConfig,
  gate_config_hash: Sha256,
});
export type ReplayTotals = z.infer<typeof ReplayTotals>;

export const ReplayLine = z.union([ReplayedCase, UnreadableCase, ReplayTotals]);
export type ReplayLine = z.infer<typeof ReplayLine>;
