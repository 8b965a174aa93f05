import { z } from 'zod';
import cases from '../../../mappings/cases.json' with { type: 'json' };
import evidence from '../../../mappings/evidence.json' with { type: 'json' };
import executions from '../../../mappings/executions.json' with { type: 'json' };
import leases from '../../../mappings/leases.json' with { type: 'json' };
import log from '../../../mappings/log.json' with { type: 'json' };
import logs from '../../../mappings/logs.json' with { type: 'json' };
import policies from '../../../mappings/policies.json' with { type: 'json' };
import runbooks from '../../../mappings/runbooks.json' with { type: 'json' };
import type { IndexRole } from './names.ts';

const Fields = z.record(z.string(), z.record(z.string(), z.unknown()));
const MappingFile = z.strictObject({
  settings: z.record(z.string(), z.unknown()),
  mappings: z.looseObject({ properties: Fields }),
});
/** An index as we make it: what `indices.create` takes. */
export type MappingFile = z.infer<typeof MappingFile>;

const FILES: Readonly<Record<IndexRole, unknown>> = { runbooks, evidence, policies, logs, cases, log, executions, leases };

export const mappingOf = (role: IndexRole): MappingFile => MappingFile.parse(FILES[role]);
