import type { EscalationNotice } from '../../contracts/escalation.ts';
import { GovernorError } from '../../pipeline/errors.ts';
import type { EscalationDue } from '../../pipeline/escalation.ts';

/** Who was reached, without anything secret, and what they answered. */
export type Told = { to: string; detail: string };

/**
 * One way to reach people. It resolves where they were reached, throws `escalation_refused` where trying again would be
 * in vain, and any other fault where it is worth another try.
 */
export type Teller = (notice: EscalationNotice, due: EscalationDue) => Promise<Told>;

export const REFUSED = 'escalation_refused';
export const refusedFor = (why: string, cause?: unknown): GovernorError => new GovernorError(REFUSED, why, { cause });
export const isRefusal = (fault: unknown): boolean => fault instanceof GovernorError && fault.code === REFUSED;
