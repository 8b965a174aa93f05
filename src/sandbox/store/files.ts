import { z } from 'zod';
import type { Database } from './database.ts';

/** `done` once the app has said that the upload is complete; before that nobody can see the file. */
export type StoredFile = { id: string; name: string; alt: string; bytes: Uint8Array; done: boolean };

export type Files = {
  begin(file: { id: string; name: string; length: number; alt: string }): void;
  /** False where no upload of that id and length waits for these bytes. */
  receive(id: string, bytes: Uint8Array): boolean;
  /** False where there is nothing to complete: no such file, or no bytes yet. */
  complete(id: string): boolean;
  find(id: string): StoredFile | undefined;
};

const Row = z.object({
  id: z.string(),
  name: z.string(),
  alt: z.string(),
  length: z.number(),
  bytes: z.instanceof(Uint8Array).nullable(),
  done: z.number(),
});

/** Files that the app has uploaded, one row each. */
export function createFiles(database: Database): Files {
  const row = (id: string) => {
    const found = database.first('SELECT id, name, alt, length, bytes, done FROM files WHERE id = ?', id);
    return found === undefined ? undefined : Row.parse(found);
  };
  return {
    begin({ id, name, alt, length }) {
      database.run('INSERT INTO files (id, name, alt, length, bytes, done) VALUES (?, ?, ?, ?, NULL, 0)', id, name, alt, length);
    },
    receive(id, bytes) {
      const found = row(id);
      if (found === undefined || found.done === 1 || found.length !== bytes.byteLength) return false;
      database.run('UPDATE files SET bytes = ? WHERE id = ?', bytes, id);
      return true;
    },
    complete(id) {
      const found = row(id);
      if (found?.bytes === null || found === undefined) return false;
      database.run('UPDATE files SET done = 1 WHERE id = ?', id);
      return true;
    },
    find(id) {
      const found = row(id);
      if (found === undefined || found.bytes === null) return undefined;
      return { id, name: found.name, alt: found.alt, bytes: found.bytes, done: found.done === 1 };
    },
  };
}
