import { once } from 'node:events';
import { createReadStream, existsSync, readFileSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { GovernorError, problemOf } from '../../../pipeline/errors.ts';
import { AuditHead } from '../../audit/head.ts';
import { type Bundled, type BundleParts, writeBundle } from '../../bundle/bundle.ts';
import type { Write } from '../../bundle/sealing.ts';
import { type BundleReport, verifyBundle } from '../../bundle/verify/verify-bundle.ts';
import { ownVersion } from '../../config/own-version.ts';
import { createKnownSecrets } from '../../log/known-secrets.ts';
import type { Command, ExitCode, Invocation } from '../command.ts';
import { EXIT } from '../command.ts';
import type { Opened } from '../opened.ts';
import { withStore } from '../opened.ts';
import type { Line } from '../print.ts';
import { bad, faint, good, print, sheet, strong, writeLines } from '../print.ts';

const VERIFY = 'verify';
const OWNER_ONLY = 0o600;
/** A file that is something else altogether has enough with these. */
const FAULTS_SHOWN_MAX = 50;

export const bundle: Command = {
  name: 'bundle',
  usage: 'CASE [--out FILE] | verify FILE [--head FILE]',
  says: 'writes all that is recorded about one case as one file that proves itself, or checks such a file, without any store',
  words: { min: 1, max: 2 },
  options: {
    out: { type: 'string', says: 'where to write it; standard output where it is left out' },
    head: { type: 'string', says: 'with verify: a head kept outside, which finds re-chaining and cuts too' },
  },
  async run(invocation) {
    const { words, options } = invocation;
    const [first = '', file] = words;
    const isVerify = first === VERIFY && file !== undefined;
    if (file !== undefined && !isVerify) throw wrong(`\`${first}\` is no verb here: give a case, or \`verify FILE\``);
    if (first === VERIFY && file === undefined) throw wrong('verify takes a FILE');
    if (isVerify && options.out !== undefined) throw wrong('--out goes with a case');
    if (!isVerify && options.head !== undefined) throw wrong('--head goes with verify');
    return isVerify ? verify(invocation, file) : write(invocation, first);
  },
};

const wrong = (problem: string, cause?: unknown): GovernorError => new GovernorError('usage', problem, { cause });

async function write(invocation: Invocation, caseId: string): Promise<ExitCode> {
  const { out, options, err } = invocation;
  const file = typeof options.out === 'string' ? options.out : null;
  const bundled = await withStore((opened) => {
    const parts = partsOf(opened);
    if (file !== null) return toFile(file, (to) => writeBundle(caseId, parts, to));
    // Waits where the reader is slower, so that a case of any length goes through a bounded memory.
    return writeBundle(caseId, parts, async (text) => void (out.write(text) || (await once(out, 'drain'))));
  });
  writeLines(err, warningsOf(bundled));
  if (file !== null)
    print(invocation, { ...bundled, file }, () => [
      [strong(bundled.case_id), `: ${bundled.entries} entries, ${bundled.lines} lines in ${file}`],
      ...sheet([['sha256', bundled.sha256]]),
    ]);
  return bundled.broken === null ? EXIT.good : EXIT.badNews;
}

const partsOf = ({ settings, catalogue, store }: Opened): BundleParts => ({
  store,
  catalogue,
  config: settings.config,
  simulated: settings.simulated,
  outputFolder: settings.paths.output,
  secrets: createKnownSecrets(settings.secrets),
  version: ownVersion(),
  now: Date.now,
});

/** Beside its place first: whoever looks there never finds half a bundle. */
async function toFile<T>(file: string, work: (to: Write) => Promise<T>): Promise<T> {
  const fresh = `${file}.${process.pid}.new`;
  const opened = await open(fresh, 'wx', OWNER_ONLY).catch((fault: unknown) => {
    throw wrong(`\`${file}\` cannot be written: ${problemOf(fault)}`, fault);
  });
  try {
    const done = await work(async (text) => opened.writeFile(text));
    await opened.sync();
    await rename(fresh, file);
    return done;
  } finally {
    await opened.close();
    await rm(fresh, { force: true });
  }
}

function warningsOf({ broken, secrets_at }: Bundled): Line[] {
  const places = secrets_at.map(({ case_id, seq }) => `${case_id} seq ${seq}`);
  return [
    ...(broken === null
      ? []
      : [`the log is damaged at seq ${broken.seq} (${broken.fault}): its rows are in the bundle as they are stored`]),
    ...(places.length === 0
      ? []
      : [
          `the log holds what looks like a secret, and so does the bundle, or nothing could be proven by it: ${places.join(', ')}`,
        ]),
  ];
}

async function verify(invocation: Invocation, file: string): Promise<ExitCode> {
  const { head: headFile } = invocation.options;
  const head = typeof headFile === 'string' ? readHead(headFile) : null;
  if (file !== '-' && !existsSync(file)) throw wrong(`\`${file}\` does not exist`);
  const report = await verifyBundle(chunksOf(file), { head, version: ownVersion() });
  print(invocation, report, () => linesOf(report));
  return report.ok ? EXIT.good : EXIT.badNews;
}

async function* chunksOf(file: string): AsyncGenerator<Buffer> {
  const from: AsyncIterable<unknown> = file === '-' ? process.stdin : createReadStream(file);
  try {
    for await (const chunk of from) if (Buffer.isBuffer(chunk)) yield chunk;
  } catch (fault) {
    throw wrong(`\`${file}\` cannot be read: ${problemOf(fault)}`, fault);
  }
}

function readHead(file: string): AuditHead {
  try {
    return AuditHead.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (fault) {
    throw wrong(`\`${file}\` is no head written by audit head: ${problemOf(fault)}`, fault);
  }
}

const RESULT = { holds: good('holds'), in_part: 'in part', fault: bad('FAULT'), not_done: faint('not done') } as const;

function linesOf(report: BundleReport): Line[] {
  const more = report.faults.length - FAULTS_SHOWN_MAX;
  const faults = report.faults.slice(0, FAULTS_SHOWN_MAX).map(({ check, what, seq, line, detail }): Line => {
    const place = [...(seq === null ? [] : [` seq ${seq}`]), ...(line === null ? [] : [` line ${line}`])].join('');
    return [bad('FAULT'), `  ${check}${place}: ${what}: ${detail}`];
  });
  const list = (title: string, sentences: readonly string[]): Line[] =>
    sentences.length === 0 ? [] : [title, ...sentences.map((sentence) => `  - ${sentence}`)];
  return [
    [strong(report.case_id ?? 'no bundle'), `  ${report.entries} entries, by version ${report.version ?? '?'}`],
    ...faults,
    ...(more > 0 ? [`and ${more} more faults; --json names them all`] : []),
    ...sheet(report.checks.map(({ check, result }) => [check, RESULT[result]])),
    ...report.notes.map(({ detail }): Line => [faint('note'), `  ${detail}`]),
    ...list('It proves:', report.proves),
    ...list('It does not prove:', report.does_not_prove),
  ];
}
