import { signaturesOf } from './check-approvals.ts';
import type { Finding } from './finding.ts';
import type { Subject } from './subject.ts';

export type Proof = { proves: string[]; does_not_prove: string[] };

/** What the checks are worth, said with their limits: whoever reads a good result must not take it for more. */
export function proofOf(subject: Subject | null, findings: readonly Finding[]): Proof {
  const isSound = subject !== null && findings.every(({ kind }) => kind !== 'fault');
  if (!isSound) return { proves: [], does_not_prove: ['anything: a fault was found'] };
  return { proves: provenOf(subject, findings), does_not_prove: unprovenOf(subject, findings) };
}

const isNoted = (findings: readonly Finding[], ...names: string[]): boolean => findings.some(({ what }) => names.includes(what));

function provenOf(subject: Subject, findings: readonly Finding[]): string[] {
  const { entries, head, header } = subject;
  const signed = signaturesOf(subject).good();
  const kept = isNoted(findings, 'not_in_head') ? undefined : head?.logs.find(({ case_id }) => case_id === header.case_id);
  return [
    'the file is byte for byte what was exported, or was sealed anew by whoever changed it',
    `its ${entries.length} entries are one unbroken chain from the opening of the case, and each follows from those before it`,
    ...(kept === undefined ? [] : [`up to entry ${kept.seq} the log is the one that the head was taken from`]),
    ...(isNoted(findings, 'thresholds_unknown')
      ? []
      : ['each decision is what this gate makes of the recorded findings and thresholds']),
    'each digest is that of the recorded plan, documents, policies, thresholds and decision',
    'each approval names the digest of a decision whose card Slack had confirmed',
    ...(signed === 0 ? [] : [`${signed} of the decisions were signed with the personal keys that their entries name`]),
    'each execution is of exactly the decided action, once, behind the decision or consent that it needed',
    'documents and actions that are said to be unchanged have the hash that was recorded at the decision',
  ];
}

function unprovenOf({ head, header, documents, cards, outputs }: Subject, findings: readonly Finding[]): string[] {
  const gone = documents.filter(({ present }) => present !== 'unchanged').map(({ id }) => `\`${id}\``);
  const calls = outputs.filter(({ file }) => file === 'tool_trace').length;
  const drawn = [...(cards > 0 ? ['cards'] : []), ...(calls > 0 ? ['calls of tools'] : [])];
  return [
    tailOf(
      head === null || isNoted(findings, 'not_in_head')
        ? null
        : (head.logs.find(({ case_id }) => case_id === header.case_id)?.seq ?? null),
    ),
    'who wrote the file: its seal is a hash, and no signature',
    'that the people named had the right to decide, and whose a personal key is: that stands in the config of the time, and in no entry',
    'that nothing else stands in the logs beside the case: of the switch, the lock and the executions only a piece is here',
    'that the findings were true: they are what the stores and telemetry said at the time',
    ...(gone.length > 0 ? [`what these said at the decision beyond the recorded excerpt and hash: ${gone.join(', ')}`] : []),
    ...(isNoted(findings, 'thresholds_unknown')
      ? ['that a decision whose thresholds are not known by now was the right one']
      : []),
    ...(drawn.length > 0 ? [`the ${drawn.join(' and ')}: they are as they were exported`] : []),
  ];
}

const tailOf = (seq: number | null): string =>
  seq === null
    ? 'that the chain was not sealed anew as a whole, nor that no entry is missing at its end: give a head kept outside with --head'
    : `that no entry behind number ${seq} was sealed anew or is missing: the head was taken there`;
