import { REDACTED, redact } from './redaction.ts';

/** Whether a value must not be repeated, or stood in place of one: an action never gets it as a parameter. */
export const looksSecret = (text: string): boolean => text.includes(REDACTED) || redact(text) !== text;
