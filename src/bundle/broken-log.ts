import { z } from 'zod';
import { GovernorError } from '../../pipeline/errors.ts';

const CODES: ReadonlySet<string> = new Set(['log_broken', 'store_damaged']);

/** Whether a reading failed because of what stands in the log, and not because the store is away. */
export const isBrokenLog = (fault: unknown): boolean =>
  fault instanceof z.ZodError || (fault instanceof GovernorError && CODES.has(fault.code));
