import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SCHEMA_FOLDER, schemaFiles } from './contract-schemas.ts';

/** Writes the JSON Schemas anew and removes those whose contract is gone. */
function writeContracts(folder: string): void {
  mkdirSync(folder, { recursive: true });
  const files = schemaFiles();
  for (const name of readdirSync(folder)) if (name.endsWith('.schema.json') && !files.has(name)) rmSync(join(folder, name));
  for (const [name, text] of files) writeFileSync(join(folder, name), text);
  process.stdout.write(`${files.size} schemas in ${SCHEMA_FOLDER}\n`);
}

writeContracts(fileURLToPath(new URL(`../../${SCHEMA_FOLDER}`, import.meta.url)));
