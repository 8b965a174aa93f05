import { appendFile, mkdir, rename, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/** A file of JSON lines that is only ever added to. */
export type JsonLines = {
  /** Resolves once the line is in the file; rejects where it could not be written. Lines keep the order of their calls. */
  append(line: object): Promise<void>;
  /** Resolves once all that was appended is written or has failed. */
  close(): Promise<void>;
};

type Options = {
  file: string;
  /** A file this long is put aside as `FILE.1`, in place of the one put aside before. */
  bytesMax?: number;
};

const BYTES_MAX = 64 * 1024 * 1024;
/** Lines may name what happened in production: they are for this user alone. */
const OWNER_ONLY = 0o600;

/**
 * Writes lines as they come. What comes while a write is under way goes out together in the next one; each write is one
 * append of whole lines, so several processes may share the file.
 */
export function createJsonLines({ file, bytesMax = BYTES_MAX }: Options): JsonLines {
  let waiting: string[] = [];
  let next: Promise<void> | null = null;
  let last: Promise<unknown> = Promise.resolve();

  const write = async (): Promise<void> => {
    const lines = waiting;
    waiting = [];
    next = null;
    await mkdir(dirname(file), { recursive: true });
    await putAside(file, bytesMax);
    await appendFile(file, lines.join(''), { mode: OWNER_ONLY });
  };

  return {
    append(line) {
      waiting.push(`${JSON.stringify(line)}\n`);
      // A failed write fails for its own lines alone; the next one is tried all the same.
      next ??= last.then(write, write);
      last = next;
      return next;
    },
    close: () => last.then(nothing, nothing),
  };
}

const nothing = (): void => undefined;

async function putAside(file: string, bytesMax: number): Promise<void> {
  const size = await sizeOf(file);
  if (size >= bytesMax) await rename(file, `${file}.1`);
}

/** A file that is not there yet has no length; any other reason shows itself at the append. */
const sizeOf = (file: string): Promise<number> =>
  stat(file).then(
    ({ size }) => size,
    () => 0,
  );
