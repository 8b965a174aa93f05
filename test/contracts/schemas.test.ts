import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { SCHEMA_FOLDER, schemaFiles } from '../../src/tools/contract-schemas.ts';

const folder = new URL(`../../${SCHEMA_FOLDER}/`, import.meta.url);
const files = schemaFiles();

it('has a file for each contract that travels, and no other', () => {
  expect(readdirSync(folder).sort()).toEqual([...files.keys()].sort());
});

describe.each([...files])('%s', (name, text) => {
  it('is in step with its contract; `npm run contracts` writes it', () => {
    expect(readFileSync(new URL(name, folder), 'utf8')).toBe(text);
  });

  it('closes every object', () => {
    expect(openObjects(JSON.parse(text), '#')).toEqual([]);
  });

  it('is JSON Schema of 2020-12', () => {
    expect(JSON.parse(text)).toMatchObject({ $schema: 'https://json-schema.org/draft/2020-12/schema', $id: name });
  });
});

/** Where an object may have keys that nobody named. */
function openObjects(node: unknown, path: string): string[] {
  if (typeof node !== 'object' || node === null) return [];
  const isOpen =
    'type' in node && node.type === 'object' && (!('additionalProperties' in node) || node.additionalProperties === true);
  return [...(isOpen ? [path] : []), ...Object.entries(node).flatMap(([key, value]) => openObjects(value, `${path}/${key}`))];
}
