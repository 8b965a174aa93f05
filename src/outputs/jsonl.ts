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

/** Other processes may add to the file: each looks at its length again once it has written this share of the limit. */
const LOOK_SHARE = 1 / 64;

/**
 * Writes lines as they come. What comes while a write is under way goes out together in the next one; each write is one
 * append of whole lines, so several processes may share the file.
 */
export function createJsonLines({ file, bytesMax = BYTES_MAX }: Options): JsonLines {
  let waiting: string[] = [];
  let next: Promise<void> | null = null;
  let last: Promise<unknown> = Promise.resolve();
  const room = createRoom(file, bytesMax);

  const write = async (): Promise<void> => {
    const text = waiting.join('');
    waiting = [];
    next = null;
    await room.make(Buffer.byteLength(text));
    await append(file, text);
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

/** The folder is there nearly always, so it is made where it is missed and not looked for before. */
async function append(file: string, text: string): Promise<void> {
  try {
    await appendFile(file, text, { mode: OWNER_ONLY });
  } catch (fault) {
    if (!isMissing(fault)) throw fault;
    await mkdir(dirname(file), { recursive: true });
    await appendFile(file, text, { mode: OWNER_ONLY });
  }
}

const isMissing = (fault: unknown): boolean => fault instanceof Error && 'code' in fault && fault.code === 'ENOENT';

/** Puts a long file aside before more comes. Its length is counted along, and read only now and then. */
function createRoom(file: string, bytesMax: number) {
  let length = 0;
  /** Written by us since the length was read. */
  let unread = Number.POSITIVE_INFINITY;

  return {
    /** Before so many bytes are appended. */
    async make(bytes: number): Promise<void> {
      if (length >= bytesMax || unread >= bytesMax * LOOK_SHARE) {
        length = await sizeOf(file);
        unread = 0;
        if (length >= bytesMax) {
          await rename(file, `${file}.1`);
          length = 0;
        }
      }
      length += bytes;
      unread += bytes;
    },
  };
}

/** A file that is not there yet has no length; any other reason shows itself at the append. */
const sizeOf = (file: string): Promise<number> =>
  stat(file).then(
    ({ size }) => size,
    () => 0,
  );
