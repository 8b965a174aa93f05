import { hashOf } from '../../../pipeline/hash.ts';
import { type Finding, fault, note } from './finding.ts';
import type { Check, Subject } from './subject.ts';

/** The entries are one chain from the case's first on, each follows from those before, and the header speaks of just them. */
export const checkChain: Check = (subject) => {
  const { broken, rows, header } = subject;
  const found = broken === null ? [] : [fault('chain', broken.fault, broken.detail, { seq: broken.seq })];
  const last = rows.at(-1);
  const isEnd = header.entries === rows.length && header.last.seq === last?.seq && header.last.hash === last.hash;
  if (!isEnd)
    found.push(
      fault('chain', 'wrong_end', 'the entries do not end where the header says that the log ended: one was dropped or added'),
    );
  return [...found, ...headerFindings(subject)];
};

function headerFindings({ header, state }: Subject): Finding[] {
  const told = { service: state?.incident.service, severity: state?.incident.severity, status: state?.status };
  const wrong = (['service', 'severity', 'status'] as const).filter((name) => header[name] !== (told[name] ?? null));
  const names = header.revisions === (state?.revisions.length ?? 0) ? wrong : [...wrong, 'revisions'];
  return names.map((name) =>
    fault('chain', 'wrong_header', `the header's \`${name}\` is not what the entries add up to`, { line: 1 }),
  );
}

/** Against the ends of all logs as somebody kept them elsewhere. */
export const checkHead: Check = ({ head, header, rows }) => {
  if (head === null) return [];
  if (hashOf(head.logs) !== head.hash) return [fault('head', 'head_file_altered', 'the head file is not as it was written')];
  const kept = head.logs.find(({ case_id }) => case_id === header.case_id);
  if (kept === undefined)
    return [note('head', 'not_in_head', 'the head does not know this case: it was taken before the case was opened')];
  const { seq, hash } = kept;
  const row = rows.find((one) => one.seq === seq);
  if (row === undefined) return [fault('head', 'cut', `the entries up to ${seq} are not all here`, { seq: rows.length })];
  return row.hash === hash ? [] : [fault('head', 'rechained', 'the head kept outside names another entry here', { seq })];
};
