import { createReadStream } from 'node:fs';
import { appendFile, open, stat } from 'node:fs/promises';
import { createInterface } from 'node:readline';

/** Ids of the entries and cases that a file's lines were drawn from. */
export type Written = { entryIds: ReadonlySet<string>; caseIds: ReadonlySet<string> };

/** How every line of ours begins; lines are not parsed further, because records are long and there may be many. */
const BEGINS = /^\{"at":"([^"]{24})","case_id":"([^"]{1,200})","seq":\d+,"entry_id":"([0-9a-f-]{36})"/;
const BEGINNING_CHARS = 400;

/** What stands in the file and in the one put aside before it, of lines from `sinceMs` on. */
export async function readWritten(file: string, sinceMs: number): Promise<Written> {
  const entryIds = new Set<string>();
  const caseIds = new Set<string>();
  for (const path of [`${file}.1`, file]) {
    if (!(await wasTouched(path, sinceMs))) continue;
    for await (const line of createInterface({ input: createReadStream(path, 'utf8'), crlfDelay: Number.POSITIVE_INFINITY })) {
      const [, at = '', caseId = '', entryId = ''] = BEGINS.exec(line.slice(0, BEGINNING_CHARS)) ?? [];
      if (!(Date.parse(at) >= sinceMs)) continue;
      entryIds.add(entryId);
      caseIds.add(caseId);
    }
  }
  return { entryIds, caseIds };
}

const wasTouched = (path: string, sinceMs: number): Promise<boolean> =>
  stat(path).then(
    ({ mtimeMs }) => mtimeMs >= sinceMs,
    () => false,
  );

/** A process that was ended in the midst of a line left half of one: what comes next begins on a line of its own. */
export async function endLastLine(file: string): Promise<void> {
  const size = await stat(file).then(
    (found) => found.size,
    () => 0,
  );
  if (size === 0) return;
  const opened = await open(file, 'r');
  try {
    const { buffer } = await opened.read(Buffer.alloc(1), 0, 1, size - 1);
    if (buffer[0] !== '\n'.charCodeAt(0)) await appendFile(file, '\n');
  } finally {
    await opened.close();
  }
}
