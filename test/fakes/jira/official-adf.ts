import { createRequire } from 'node:module';
import Ajv, { type ValidateFunction } from 'ajv-draft-04';

/** Atlassian's own schema of its document format, as it stands in their published package. */
const SCHEMA = '@atlaskit/adf-schema/dist/json-schema/v1/full.json';
const load = createRequire(import.meta.url);

let compiled: ValidateFunction | null = null;

/** Whether Atlassian's schema takes a document. */
export function isOfficialAdf(document: unknown): boolean {
  // The schema has keywords of its authors' tools, which a strict validator would refuse.
  compiled ??= new Ajv.default({ strict: false }).compile(load(SCHEMA));
  return compiled(document) === true;
}
