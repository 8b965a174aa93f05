import { z } from 'zod';

export const SEVERITIES = ['low', 'medium', 'high', 'critical'] as const;
export const Severity = z.enum(SEVERITIES);
export type Severity = z.infer<typeof Severity>;

export const Stance = z.enum(['support', 'contradict']);
export type Stance = z.infer<typeof Stance>;

export const Decision = z.enum(['execute', 'block_and_escalate']);
export type Decision = z.infer<typeof Decision>;

/** The states people see; a case is in exactly one of them, folded from its entries. */
export const CaseStatus = z.enum([
  'detected',
  'analyzing',
  'pending_approval',
  'ready_to_execute',
  'held',
  'executing',
  'verifying',
  'learning',
  'resolved',
  'rejected',
  'expired',
  'failed',
  'not_recovered',
  'outcome_unknown',
]);
export type CaseStatus = z.infer<typeof CaseStatus>;

/** Where an incident came from; only sources that the config lists may lead to an execution without a person. */
export const Source = z.enum(['slash_command', 'modal', 'mention', 'shortcut', 'webhook', 'mcp', 'cli', 'telemetry']);
export type Source = z.infer<typeof Source>;

/** The surface a person used to decide. */
export const Surface = z.enum(['button', 'modal', 'reply', 'command', 'cli']);
export type Surface = z.infer<typeof Surface>;

/** ISO 8601 in UTC with milliseconds, as `Date.toISOString` writes it. */
export const Instant = z.iso.datetime({ precision: 3 });

/** Ids of documents, actions, policies and logs: printable, no spaces, at most 200 characters. */
export const Id = z.string().regex(/^[\p{L}\p{N}~:._/@+-]{1,200}$/u, 'an id has 1 to 200 letters, digits or ~ : . _ / @ + -');

/** A service's name as teams write it; `*` never names a service, it means all of them. */
export const ServiceName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]{0,99}$/, 'a service name has lower-case letters, digits, dots, dashes');

export const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);
