import { createHash } from 'node:crypto';
import {
  type BundledAction,
  type BundledDocument,
  type BundleLine,
  type OutputName,
  PARTS,
  type PartOf,
  type Seal,
} from '../../../contracts/bundle.ts';
import type { SealedRow } from '../../../pipeline/chain.ts';
import { problemOf } from '../../../pipeline/errors.ts';
import { hashOf } from '../../../pipeline/hash.ts';
import { sealedRow } from '../stored-rows.ts';
import { type ByteLine, byteLines } from './byte-lines.ts';
import { type Finding, fault } from './finding.ts';
import { parseLine } from './parse-line.ts';

/** What is kept of a bundle for its checks: of lines that are only compared, their hash. */
export type ReadBundle = {
  header: PartOf<'bundle'> | null;
  rows: SealedRow[];
  context: SealedRow[];
  thresholds: PartOf<'gate_config'> | null;
  actions: BundledAction[];
  documents: BundledDocument[];
  cards: number;
  outputs: { line: number; file: OutputName; hash: string }[];
  seal: Seal | null;
  findings: Finding[];
};

/** Lines that are named as wrong; a file that is something else altogether has enough with these. */
const LINES_FOUND_MAX = 1_000;

/** Reads a bundle line by line. What cannot be read is a finding, never a crash; everything else is read all the same. */
export async function readBundle(chunks: AsyncIterable<Buffer>): Promise<ReadBundle> {
  const reading = createReading();
  try {
    for await (const line of byteLines(chunks)) reading.next(line);
  } catch (problem) {
    if (!(problem instanceof RangeError)) throw problem;
    reading.stopped(problemOf(problem));
  }
  return reading.end();
}

function createReading() {
  const read: ReadBundle = {
    header: null,
    rows: [],
    context: [],
    thresholds: null,
    actions: [],
    documents: [],
    cards: 0,
    outputs: [],
    seal: null,
    findings: [],
  };
  const hash = createHash('sha256');
  // The last line is the seal, and only behind it is known that it was the last.
  let pending: ByteLine | null = null;
  let lines = 0;
  let reached = 0;

  const found = (what: string, detail: string): void => {
    if (read.findings.length < LINES_FOUND_MAX) read.findings.push(fault('file', what, detail, { line: lines }));
  };

  const place = (line: BundleLine): void => {
    const at = PARTS.indexOf(line.part);
    if (at < reached || !fits(read, line, lines)) found('wrong_order', `a line of \`${line.part}\` does not belong here`);
    reached = Math.max(at, reached);
    keep(read, line, lines);
  };

  const taken = ({ bytes }: ByteLine): void => {
    hash.update(bytes).update('\n');
    lines += 1;
    const parsed = parseLine(bytes);
    if (parsed.ok) place(parsed.line);
    else found('unreadable_line', parsed.problem);
  };

  return {
    next(line: ByteLine): void {
      if (pending !== null) taken(pending);
      pending = line;
    },
    stopped(problem: string): void {
      read.findings.push(fault('file', 'unreadable_line', problem, { line: lines + 2 }));
    },
    end(): ReadBundle {
      const last = pending === null ? null : parseLine(pending.bytes);
      if (last?.ok && last.line.part === 'seal') read.seal = last.line;
      else if (pending !== null) taken(pending);
      const counted = { sha256: hash.digest('hex'), lines, ended: pending?.ended ?? false };
      read.findings.push(...sealFindings(read, counted));
      return read;
    },
  };
}

/** One header, which comes first; one set of thresholds; one seal, which is no line before the last. */
function fits({ thresholds }: ReadBundle, { part }: BundleLine, number: number): boolean {
  if (part === 'bundle') return number === 1;
  return part !== 'seal' && (part !== 'gate_config' || thresholds === null);
}

function keep(read: ReadBundle, line: BundleLine, number: number): void {
  switch (line.part) {
    case 'bundle':
      read.header ??= line;
      break;
    case 'entry':
      read.rows.push(sealedRow(line.row));
      break;
    case 'context':
      read.context.push(sealedRow(line.row));
      break;
    case 'gate_config':
      read.thresholds ??= line;
      break;
    case 'action':
      read.actions.push(line);
      break;
    case 'document':
      read.documents.push(line);
      break;
    case 'card':
      read.cards += 1;
      break;
    case 'output':
      read.outputs.push({ line: number, file: line.file, hash: hashOf(line.line) });
      break;
    case 'seal':
      break;
  }
}

type Counted = { sha256: string; lines: number; ended: boolean };

function sealFindings({ header, seal }: ReadBundle, { sha256, lines, ended }: Counted): Finding[] {
  const found = header === null ? [fault('file', 'no_header', 'the file does not begin as a bundle of a case')] : [];
  if (seal === null) return [...found, fault('file', 'cut', 'the seal that ends every bundle is missing')];
  if (!ended) found.push(fault('file', 'cut', 'the last line does not end'));
  if (seal.lines !== lines)
    found.push(fault('file', 'altered', `the seal is about ${seal.lines} lines, and ${lines} stand before it`));
  if (seal.sha256 !== sha256) found.push(fault('file', 'altered', 'the lines do not have the hash that the seal names'));
  return found;
}
