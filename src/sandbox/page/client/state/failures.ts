import type { Failure } from '../wire/api.ts';

/** What went wrong, for the person who did it: the workspace's own sentence where it gave one. */
export function failureText(subject: string, { message, error }: Failure): string {
  const sentence = message ?? `${subject} failed: ${error}`;
  return /[.?!]$/.test(sentence) ? sentence : `${sentence}.`;
}
