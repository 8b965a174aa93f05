import { z } from 'zod';
import { LEARNED_CHARS_MAX } from '../contracts/documents.ts';
import { Plan, StressAnswer } from '../contracts/plan.ts';
import { LEARNED_TITLE_CHARS_MAX } from './learned-runbook.ts';
import { readable } from './readable.ts';
import { redact, redactTexts } from './redaction.ts';
import { parseStrictJson } from './strict-json.ts';

const LIMITS = { bytesMax: 256 * 1024, depthMax: 20 };
const ISSUES_MAX = 3;
const PROBLEM_CHARS_MAX = 400;

/** `problem` completes the sentence "your answer was refused: …" and is told to the planner. */
export type ParsedAnswer<T> = { ok: true; value: T } | { ok: false; problem: string };

/** A planner's text as a plan for this incident, its secrets redacted; anything but exactly that is refused, and nothing is filled in. */
export const parsePlan = (text: string, incidentId: string): ParsedAnswer<Plan> => parseAnswer(text, Plan, incidentId);

/** The same for what a planner found for and against its own claims. */
export const parseStress = (text: string, incidentId: string): ParsedAnswer<StressAnswer> =>
  parseAnswer(text, StressAnswer, incidentId);

/** What is hidden may split a secret, so secrets are looked for once more without it. */
const words = (charsMax: number) =>
  z
    .string()
    .transform((text) => redact(readable(text)))
    .pipe(z.string().trim().min(1).max(charsMax));

const RunbookText = z.strictObject({ title: words(LEARNED_TITLE_CHARS_MAX), body: words(LEARNED_CHARS_MAX) });
export type RunbookText = z.infer<typeof RunbookText>;

/** A planner's text as the words of a learned runbook, its secrets redacted. */
export const parseRunbookText = (text: string): ParsedAnswer<RunbookText> => parseObject(text, RunbookText);

function parseAnswer<T extends { incident_id: string }>(text: string, schema: z.ZodType<T>, incidentId: string): ParsedAnswer<T> {
  const parsed = parseObject(text, schema);
  if (!parsed.ok || parsed.value.incident_id === incidentId) return parsed;
  return { ok: false, problem: `\`incident_id\` must be \`${incidentId}\`` };
}

function parseObject<T>(text: string, schema: z.ZodType<T>): ParsedAnswer<T> {
  const json = parseStrictJson(text, LIMITS);
  if (!json.ok) return json;
  // Before anything is hashed, shown or stored. A redacted parameter is refused later, because it stands for no value.
  const parsed = schema.safeParse(redactTexts(json.value));
  return parsed.success ? { ok: true, value: parsed.data } : { ok: false, problem: problemOfIssues(parsed.error.issues) };
}

function problemOfIssues(issues: readonly z.core.$ZodIssue[]): string {
  const told = issues.slice(0, ISSUES_MAX).map(({ path, message }) => `\`${path.join('.') || 'the object'}\`: ${message}`);
  const more = issues.length > ISSUES_MAX ? ` (and ${issues.length - ISSUES_MAX} more)` : '';
  // A message may name a key of the answer, and a key is text like any other.
  return redact(`it does not fit the schema: ${told.join('; ')}${more}`).slice(0, PROBLEM_CHARS_MAX);
}
