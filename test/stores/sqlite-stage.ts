import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import type { StoreLog } from '../../src/stores/store-log.ts';

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'governor-store-'));
  folders.push(folder);
  return folder;
}

export const newFile = (): string => join(newFolder(), 'home', 'governor.db');

export const quiet: StoreLog = { warn: () => undefined, error: () => undefined };

/** A log that keeps what it was told. */
export function listeningLog(): StoreLog & { said: string[] } {
  const said: string[] = [];
  const keep = (message: string): unknown => said.push(message);
  return { said, warn: keep, error: keep };
}
