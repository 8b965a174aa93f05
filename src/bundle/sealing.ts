import { createHash } from 'node:crypto';
import type { BundleLine, Seal } from '../../contracts/bundle.ts';
import { canonicalJson } from '../../pipeline/canonical.ts';

export type Write = (text: string) => Promise<void> | void;

/** Writes lines and follows their hash, so that a bundle of any length goes out without being held. */
export function createSealing(write: Write) {
  const hash = createHash('sha256');
  let lines = 0;
  return {
    async put(line: BundleLine): Promise<void> {
      const text = `${canonicalJson(line)}\n`;
      hash.update(text);
      lines += 1;
      await write(text);
    },
    /** The last line: what the ones before must hash to. */
    async close(exportedAt: string): Promise<Seal> {
      const seal: Seal = { part: 'seal', lines, sha256: hash.digest('hex'), not_hashed: { exported_at: exportedAt } };
      await write(`${canonicalJson(seal)}\n`);
      return seal;
    },
  };
}
