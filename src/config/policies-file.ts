import { basename } from 'node:path';
import { z } from 'zod';
import { Policy } from '../../contracts/documents.ts';
import type { Catalogue } from '../../pipeline/catalogue.ts';
import { unansweredNames } from '../../pipeline/policies.ts';
import { readJson } from './json-file.ts';
import { refuseFor, type SettingProblem } from './problems.ts';

const POLICIES_BYTES_MAX = 8_388_608;
const POLICIES_MAX = 10_000;
const SENTENCE = 'the policies are refused, nothing was started:';

/** The file that `paths.policies` names: one list, each row without its `kind`. */
export const PoliciesFile = z.strictObject({ policies: z.array(Policy.omit({ kind: true })).max(POLICIES_MAX) });

export type LoadedPolicies = { policies: Policy[]; warnings: string[] };

/**
 * The policies of a file. Throws GovernorError `policies_refused` with file, key and reason where any of them is not
 * right: a policy left out would be a guard left out. A blocked action that is no action of the catalogue is only
 * warned about, because it blocks nothing today and may be a slip.
 */
export function loadPolicies(file: string, catalogue: Catalogue): LoadedPolicies {
  const read = readJson(file, PoliciesFile, POLICIES_BYTES_MAX);
  if (!read.ok) return refuseFor('policies_refused', SENTENCE, read.problems);
  const policies = read.value.policies.map(
    (policy): Policy => ({ kind: 'policy', ...policy, source: policy.source ?? basename(file) }),
  );
  const twice = takenTwice(file, policies);
  if (twice.length > 0) return refuseFor('policies_refused', SENTENCE, twice);
  return { policies, warnings: unansweredNames(policies, catalogue) };
}

function takenTwice(file: string, policies: readonly Policy[]): SettingProblem[] {
  const seen = new Set<string>();
  return policies.flatMap(({ id }, index) => {
    if (!seen.has(id)) {
      seen.add(id);
      return [];
    }
    return [{ file, key: `policies[${index}].id`, reason: `\`${id}\` is taken by an earlier policy, which it would replace` }];
  });
}
