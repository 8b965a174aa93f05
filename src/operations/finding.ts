/**
 * What one check of `governor doctor` found. `fix` is a sentence: with `ok` false it says what to mend, with `ok` true
 * what would be better; null where nothing is to be done.
 */
export type Finding = { check: string; ok: boolean; found: string; fix: string | null };

export const good = (check: string, found: string): Finding => ({ check, ok: true, found, fix: null });
/** It works as it is, and somebody should know. */
export const tip = (check: string, found: string, fix: string): Finding => ({ check, ok: true, found, fix });
export const bad = (check: string, found: string, fix: string): Finding => ({ check, ok: false, found, fix });
