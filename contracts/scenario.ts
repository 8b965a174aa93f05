import { z } from 'zod';
import { Reason } from './gate.ts';
import { IncidentInput } from './incident.ts';
import { Plan } from './plan.ts';
import { CaseStatus, Decision } from './words.ts';

/** A file of the recorded planner: answers are raw texts, broken ones too, because that is what models send. */
export const RecordedAnswers = z.strictObject({
  answers: z.array(
    z.strictObject({
      match: z.strictObject({ service: z.string().optional(), summary_includes: z.string().optional() }),
      plan: z.string(),
      stress: z.string(),
      delay_ms: z.number().min(0).max(600_000).default(0),
    }),
  ),
});
export type RecordedAnswers = z.infer<typeof RecordedAnswers>;

/** A told example that is README, demo and test at once. `acts` are what people do, in order; `ends` is what must hold at the end. */
export const Scenario = z.strictObject({
  id: z.string().regex(/^[a-z0-9-]{1,60}$/),
  title: z.string(),
  story: z.string(),
  command: z.string(),
  plan: z.string().optional(),
  stress: z.string().optional(),
  acts: z
    .array(
      z.strictObject({
        as: z.string(),
        does: z.enum(['APPROVE', 'REJECT', 'HOLD', 'RELEASE', 'FORCE_OVERRIDE']),
        reason: z.string().optional(),
        refused: z.boolean().default(false),
      }),
    )
    .default([]),
  ends: z.strictObject({
    decision: Decision,
    reasons: z.array(Reason).default([]),
    state: CaseStatus,
    executions: z.int().min(0),
    action: z.string().optional(),
  }),
});
export type Scenario = z.infer<typeof Scenario>;

/** The file `simulate` reads. */
export const Simulation = z.strictObject({
  incident: IncidentInput,
  plan: Plan.omit({ incident_id: true }).extend({ incident_id: z.string().optional() }),
});
export type Simulation = z.infer<typeof Simulation>;
