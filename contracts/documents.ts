import { z } from 'zod';
import { Id, Instant, Severity, Stance } from './words.ts';

export const BODY_CHARS_MAX = 200_000;
/** What is learned has to be read, and may be edited, by whoever accepts it. */
export const LEARNED_CHARS_MAX = 20_000;

/** `*` stands for every service. */
export const ServiceScope = z.string().min(1).max(100);

/** Fields a store may lack when only the seed's mapping exists: absent means unknown, and the card says so. */
const provenance = {
  stored_at: Instant.optional(),
  source: z.string().max(500).optional(),
  /** The case this document was written from; such a document never supports that case. */
  from_case: Id.optional(),
};

/**
 * A remedy in words. `recommended_action` is a catalogue id, or empty where the text names none. A learned runbook
 * supports nothing until a person has accepted it.
 */
export const Runbook = z.strictObject({
  kind: z.literal('runbook'),
  id: Id,
  service: ServiceScope,
  title: z.string().min(1).max(500),
  recommended_action: z.string().max(200),
  body: z.string().max(BODY_CHARS_MAX),
  status: z.enum(['accepted', 'learned', 'discarded']).optional(),
  accepted_by: z.string().max(200).optional(),
  /** How often in a row its action, run because of it, did not help; a recovery or a new acceptance ends the row. */
  failures: z.int().min(0).optional(),
  ...provenance,
});
export type Runbook = z.infer<typeof Runbook>;

export const Evidence = z.strictObject({
  kind: z.literal('evidence'),
  id: Id,
  service: ServiceScope,
  stance: Stance,
  text: z.string().min(1).max(BODY_CHARS_MAX),
  /** Catalogue ids this text is about; where present, it speaks to those actions and to no other. */
  actions: z.array(Id).max(50).optional(),
  ...provenance,
});
export type Evidence = z.infer<typeof Evidence>;

const Clock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time of day is HH:MM in UTC');
const Weekday = z.enum(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']);

/** When a policy holds, in UTC; a window whose `to` is before its `from` runs over midnight. */
export const PolicyWindow = z.strictObject({ days: z.array(Weekday).min(1).max(7).optional(), from: Clock, to: Clock });
export type PolicyWindow = z.infer<typeof PolicyWindow>;

export const Policy = z.strictObject({
  kind: z.literal('policy'),
  id: Id,
  service: ServiceScope,
  blocked_actions: z.array(z.string().min(1).max(200)).max(200),
  severities: z.array(Severity).max(4),
  rule: z.string().min(1).max(5_000),
  /** No approval and no override passes an absolute policy. */
  absolute: z.boolean().optional(),
  window: PolicyWindow.optional(),
  ...provenance,
});
export type Policy = z.infer<typeof Policy>;

export const LibraryDocument = z.discriminatedUnion('kind', [Runbook, Evidence, Policy]);
export type LibraryDocument = z.infer<typeof LibraryDocument>;

/** The file `governor load --data` reads: the three lists, each row without its `kind`. */
export const LibraryFile = z.strictObject({
  runbooks: z.array(Runbook.omit({ kind: true })).default([]),
  evidence: z.array(Evidence.omit({ kind: true })).default([]),
  policies: z.array(Policy.omit({ kind: true })).default([]),
});
export type LibraryFile = z.infer<typeof LibraryFile>;
