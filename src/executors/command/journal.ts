import { createHash, randomUUID } from 'node:crypto';
import { link, mkdir, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { Parameters } from '../../../contracts/catalogue.ts';
import { GovernorError } from '../../../pipeline/errors.ts';

const Started = z.strictObject({
  at: z.iso.datetime(),
  key: z.string(),
  caseId: z.string(),
  service: z.string(),
  actionId: z.string(),
  target: z.string(),
  parameters: Parameters,
});
export type Started = z.infer<typeof Started>;

const Ended = z.strictObject({
  outcome: z.enum(['done', 'failed', 'refused']),
  detail: z.string(),
  effectAt: z.iso.datetime().nullable(),
});
export type Ended = z.infer<typeof Ended>;

/** `ended` is null where the record breaks off: whoever ran it may be at it still, or may have gone in between. */
export type Recorded = { started: Started; ended: Ended | null };

export type Journal = {
  /** Durable once it resolves; false where somebody has begun this key before, in any process on this machine. */
  begin(started: Started): Promise<boolean>;
  end(key: string, ended: Ended): Promise<void>;
  read(key: string): Promise<Recorded | null>;
};

const PRIVATE_FILE = 0o600;
const PRIVATE_FOLDER = 0o700;

/** One small file a key: a line when its command is about to start and a line when it has ended, each synced to the disk. */
export function createJournal(folder: string): Journal {
  // A key may hold what no file name may.
  const fileOf = (key: string): string => join(folder, `${createHash('sha256').update(key).digest('hex')}.jsonl`);

  return {
    async begin(started) {
      await mkdir(folder, { recursive: true, mode: PRIVATE_FOLDER });
      const draft = join(folder, `.${randomUUID()}`);
      await writeSynced(draft, 'wx', started);
      try {
        // Linking is what decides: the name exists with its whole content or not at all, and only one can make it.
        await link(draft, fileOf(started.key));
      } catch (fault) {
        if (isCode(fault, 'EEXIST')) return false;
        throw fault;
      } finally {
        await rm(draft, { force: true });
      }
      await syncFolder(folder);
      return true;
    },
    end: (key, ended) => writeSynced(fileOf(key), 'a', ended),
    async read(key) {
      const text = await readFile(fileOf(key), 'utf8').catch(absent);
      return text === null ? null : recordedIn(text, key);
    },
  };
}

async function writeSynced(file: string, flags: 'wx' | 'a', line: Started | Ended): Promise<void> {
  const opened = await open(file, flags, PRIVATE_FILE);
  try {
    await opened.writeFile(`${JSON.stringify(line)}\n`);
    await opened.sync();
  } finally {
    await opened.close();
  }
}

/** A file's name is only durable once its folder is. */
async function syncFolder(folder: string): Promise<void> {
  const opened = await open(folder, 'r');
  try {
    await opened.sync();
  } finally {
    await opened.close();
  }
}

function recordedIn(text: string, key: string): Recorded {
  const [first = '', second] = text.split('\n');
  const started = Started.safeParse(jsonIn(first));
  if (!started.success || started.data.key !== key)
    throw new GovernorError('journal_unreadable', `the record of the key \`${key}\` cannot be read`);
  const ended = Ended.safeParse(jsonIn(second ?? ''));
  return { started: started.data, ended: ended.success ? ended.data : null };
}

function jsonIn(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    // A line that broke off while it was written says no more than one that is not there.
    return null;
  }
}

const isCode = (fault: unknown, code: string): boolean => fault instanceof Error && 'code' in fault && fault.code === code;

function absent(fault: unknown): null {
  if (isCode(fault, 'ENOENT')) return null;
  throw fault;
}
