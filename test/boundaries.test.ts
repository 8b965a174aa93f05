import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** Who may import what: a room's own files are always allowed. `packages` are named as they are imported. */
const ROOMS: Record<string, { rooms: string[]; packages: string[] }> = {
  contracts: { rooms: [], packages: ['zod'] },
  pipeline: { rooms: ['contracts'], packages: ['node:crypto', 'zod'] },
  views: { rooms: ['contracts'], packages: ['zod', '@slack/types'] },
  listeners: {
    rooms: ['contracts', 'pipeline', 'views'],
    packages: ['@slack/bolt', '@slack/types', '@slack/web-api', 'zod', 'node:crypto'],
  },
};

const sources = (room: string): string[] =>
  readdirSync(join(ROOT, room), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(ROOT, room, name));

/** Static and dynamic imports; the word in a text or a type's name is none. */
const importsOf = (file: string): string[] =>
  [
    ...readFileSync(file, 'utf8').matchAll(
      /^(?:import|export)\s[^;]*?from\s+'([^']+)'|^import\s+'([^']+)'|\bimport\('([^']+)'\)/gm,
    ),
  ].map((match) => match[1] ?? match[2] ?? match[3] ?? '');

const placeOf = (file: string, target: string): string => relative(ROOT, resolve(dirname(file), target)).split('/')[0] ?? '';

describe('the rooms keep to their doors', () => {
  test.each(Object.entries(ROOMS))('%s imports nothing but what its line allows', (room, allowed) => {
    const files = sources(room);
    expect(files.length).toBeGreaterThan(0);
    const wrong = files.flatMap((file) =>
      importsOf(file)
        .filter((target) => {
          if (target.startsWith('.')) return ![room, ...allowed.rooms].includes(placeOf(file, target));
          return !allowed.packages.includes(target);
        })
        .map((target) => `${relative(ROOT, file)} imports ${target}`),
    );
    expect(wrong).toEqual([]);
  });

  test('the sandbox imports nothing of the governor but the HTTP room, and nobody but the composition imports the sandbox', () => {
    const inside = sources('src/sandbox').flatMap((file) =>
      importsOf(file)
        .filter((target) => target.startsWith('.'))
        .map((target) => relative(ROOT, resolve(dirname(file), target)))
        .filter((target) => !target.startsWith('src/sandbox/') && !target.startsWith('src/http/'))
        .map((target) => `${relative(ROOT, file)} imports ${target}`),
    );
    const outside = ['contracts', 'pipeline', 'views', 'listeners', 'src']
      .flatMap(sources)
      .filter((file) => !relative(ROOT, file).startsWith('src/sandbox/'))
      .filter((file) =>
        importsOf(file).some(
          (target) => target.startsWith('.') && relative(ROOT, resolve(dirname(file), target)).startsWith('src/sandbox/'),
        ),
      )
      .map((file) => relative(ROOT, file));
    expect(inside).toEqual([]);
    expect(outside.sort()).toEqual(['src/app/inside-sandbox.ts']);
  });

  test('only the config reads the environment', () => {
    const readers = ['contracts', 'pipeline', 'views', 'listeners', 'src']
      .flatMap(sources)
      .filter((file) => /process\.env\b/.test(readFileSync(file, 'utf8').replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '')))
      .map((file) => relative(ROOT, file));
    expect(readers).toEqual(['src/config.ts']);
  });

  test('what decides is synchronous: the deciding files await nothing and ask no clock and no chance', () => {
    const deciding = [
      'gate',
      'auto-execute',
      'flips',
      'digest',
      'compress',
      'speaks-to',
      'assess-stress',
      'recheck',
      'fold',
      'next',
      'attempt',
      'reply',
      'authority',
      'recovery',
      'preconditions',
      'consent',
      'showing',
      'shown',
      'case-changes',
      'offers',
      'progress',
    ];
    const wrong = deciding.filter((name) =>
      /\bawait\b|\basync\b|Date\.now|new Date\(\)|Math\.random|process\./.test(
        readFileSync(join(ROOT, 'pipeline', `${name}.ts`), 'utf8').replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, ''),
      ),
    );
    expect(wrong).toEqual([]);
  });
});
