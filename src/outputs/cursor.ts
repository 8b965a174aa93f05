import { readFileSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { Instant } from '../../contracts/words.ts';

/** `since`: when this home began to write lines. `written_to`: every own entry before it has its lines. */
const Place = z.object({ since: Instant, written_to: Instant });
type Place = z.infer<typeof Place>;

export type Cursor = {
  /** From when on, in milliseconds, the log may hold entries that have no lines. */
  owedFromMs(): number;
  /** Everything up to this entry's time is written. */
  reached(at: string): void;
  /** Lines could not be written: the cursor stays where it is until they are. */
  owing(): void;
  /** How often lines could not be written, so that whoever writes them knows whether more were owed meanwhile. */
  failures(): number;
  settled(): void;
  save(): Promise<void>;
};

/** An entry's time is older than its append; no append takes nearly as long. */
const MARGIN_MS = 600_000;
const OWNER_ONLY = 0o600;

/** Where the outputs have got to, kept beside them. Without a file, lines begin with what comes from `nowMs` on. */
export async function openCursor(file: string, nowMs: number): Promise<Cursor> {
  const now = new Date(nowMs).toISOString();
  const before = readPlace(file);
  let place = before ?? { since: now, written_to: now };
  if (before === null) await writePlace(file, place);
  let reached = place.written_to;
  let isOwing = false;
  let failures = 0;
  return {
    owedFromMs: () => Math.max(Date.parse(place.since), Date.parse(place.written_to) - MARGIN_MS),
    reached(at) {
      if (at > reached) reached = at;
    },
    owing() {
      isOwing = true;
      failures += 1;
    },
    failures: () => failures,
    settled() {
      isOwing = false;
    },
    async save() {
      if (isOwing || reached === place.written_to) return;
      const next = { ...place, written_to: reached };
      await writePlace(file, next);
      place = next;
    },
  };
}

function readPlace(file: string): Place | null {
  try {
    return Place.safeParse(JSON.parse(readFileSync(file, 'utf8'))).data ?? null;
  } catch {
    // Absent at the first start, and torn at worst after a loss of power; both are answered by beginning anew.
    return null;
  }
}

async function writePlace(file: string, place: Place): Promise<void> {
  const fresh = `${file}.${process.pid}.new`;
  await mkdir(dirname(file), { recursive: true });
  await writeFile(fresh, JSON.stringify(place), { mode: OWNER_ONLY });
  await rename(fresh, file);
}
