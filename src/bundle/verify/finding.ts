/** What a bundle is asked, in this order. */
export const CHECKS = [
  'file',
  'chain',
  'head',
  'gate',
  'digests',
  'approvals',
  'effects',
  'context',
  'present',
  'outputs',
] as const;
export type CheckName = (typeof CHECKS)[number];

/** `fault`: it is not what an honest bundle says. `note`: it could not be looked at, or only in part. */
export type Finding = {
  check: CheckName;
  kind: 'fault' | 'note';
  /** A stable word. */
  what: string;
  /** The place in the case's log; null where it has none. */
  seq: number | null;
  /** The line of the file, counted from 1; null where it is not one line's. */
  line: number | null;
  detail: string;
};

type Where = { seq?: number; line?: number };

export const fault = (check: CheckName, what: string, detail: string, { seq, line }: Where = {}): Finding => ({
  check,
  kind: 'fault',
  what,
  seq: seq ?? null,
  line: line ?? null,
  detail,
});

export const note = (check: CheckName, what: string, detail: string, where: Where = {}): Finding => ({
  ...fault(check, what, detail, where),
  kind: 'note',
});
