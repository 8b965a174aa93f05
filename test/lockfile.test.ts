import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { z } from 'zod';

const Lockfile = z.object({
  packages: z.record(
    z.string(),
    z.object({ resolved: z.string().optional(), optionalDependencies: z.record(z.string(), z.string()).optional() }).loose(),
  ),
});
const { packages } = Lockfile.parse(JSON.parse(readFileSync(new URL('../package-lock.json', import.meta.url), 'utf8')));

test('the lockfile names no registry', () => {
  const named = Object.entries(packages).filter(([, entry]) => entry.resolved !== undefined);
  expect(named.map(([path]) => path)).toEqual([]);
});

test('every optional dependency that the lockfile names has an entry, so that npm ci accepts it', () => {
  const present = new Set(Object.keys(packages).map((path) => path.split('node_modules/').at(-1)));
  const missing = Object.values(packages).flatMap((entry) =>
    Object.keys(entry.optionalDependencies ?? {}).filter((name) => !present.has(name)),
  );
  expect(missing).toEqual([]);
});
