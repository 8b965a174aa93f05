import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { GovernorConfig } from '../../contracts/config.ts';
import { READER, type Rights, RUNTIME, SETUP } from '../../src/operations/rights.ts';
import { INDEX_ROLES, USUAL_NAMES } from '../../src/stores/elasticsearch/names.ts';
import { ROOT } from '../fixtures/child.ts';

const PAGE = readFileSync(join(ROOT, 'docs/elasticsearch.md'), 'utf8');
const BLOCKS = [...PAGE.matchAll(/^```json\n(.*?)^```$/gms)].map(([, json = '']): unknown => JSON.parse(json));

const Key = z.strictObject({
  name: z.string(),
  expiration: z.string().regex(/^\d+d$/),
  role_descriptors: z.record(
    z.string(),
    z.strictObject({
      cluster: z.array(z.string()),
      indices: z.array(z.strictObject({ names: z.array(z.string()).min(1), privileges: z.array(z.string()).min(1) })),
    }),
  ),
});

const keyNamed = (name: string) => {
  const key = BLOCKS.flatMap((block) => Key.safeParse(block).data ?? []).find((one) => one.name === name);
  const role = key?.role_descriptors[name];
  if (role === undefined) throw new Error(`the page has no key \`${name}\``);
  return role;
};

describe.each<[string, Rights]>([
  ['governor-runtime', RUNTIME],
  ['governor-setup', SETUP],
  ['governor-reader', READER],
])('the key %s of the page', (name, rights) => {
  const role = keyNamed(name);
  const granted = (index: string) => role.indices.filter(({ names }) => names.includes(index)).flatMap((one) => one.privileges);

  test.each(INDEX_ROLES)('gives on the index of %s exactly what doctor asks for', (of) => {
    expect(granted(USUAL_NAMES[of]).sort()).toEqual([...(rights.indices[of] ?? [])].sort());
  });

  test('names the indices behind the alias of the log too, and no other index', () => {
    const names = new Set(role.indices.flatMap((one) => one.names));
    expect([...names].sort()).toEqual([...Object.values(USUAL_NAMES), `${USUAL_NAMES.log}-*`].sort());
    expect(granted(`${USUAL_NAMES.log}-*`)).toEqual(granted(USUAL_NAMES.log));
    expect(role.cluster).toEqual(rights.cluster);
  });
});

test('the runtime key cannot change or delete an entry of the log, and the reader can write nowhere', () => {
  const writing = ['index', 'delete', 'write', 'manage', 'all', 'create_index', 'delete_index'];
  expect(RUNTIME.indices.log?.filter((right) => writing.includes(right))).toEqual([]);
  const reading = Object.values(READER.indices).flat();
  expect(reading.filter((right) => [...writing, 'create', 'create_doc'].includes(right))).toEqual([]);
});

test('the config of the page is one that the governor takes', () => {
  const configs = BLOCKS.flatMap((block) => GovernorConfig.safeParse(block).data ?? []);
  expect(configs).toHaveLength(1);
  const { use, prefix, timeout_s, baseline_s, late_s } = GovernorConfig.parse({}).elasticsearch;
  // What the page shows as the value of a key that is left out must be that value.
  expect(configs[0]?.elasticsearch).toMatchObject({ use, prefix, timeout_s, baseline_s, late_s });
});

test('every index is told of by its usual name', () => {
  for (const name of Object.values(USUAL_NAMES)) expect(PAGE).toMatch(new RegExp(`^\\| \`${name}\` \\|`, 'm'));
});
