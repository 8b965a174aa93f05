import { z } from 'zod';
import { GovernorError } from '../../pipeline/errors.ts';
import type { Elastic } from '../stores/elasticsearch/elastic.ts';
import type { IndexNames, IndexRole } from '../stores/elasticsearch/names.ts';
import { bad, type Finding, good, tip } from './finding.ts';
import type { Rights } from './rights.ts';

const CHECK = 'rights';
const Answer = z.object({
  has_all_requested: z.boolean(),
  cluster: z.record(z.string(), z.boolean()).default({}),
  index: z.record(z.string(), z.record(z.string(), z.boolean())).default({}),
});
const Refused = z.object({ statusCode: z.int() });

/** Where security is off, nobody listens at its address. */
const NOBODY_LISTENS: readonly number[] = [400, 404, 405];
const NOT_ALLOWED = 403;

type Asked = { elastic: Elastic; names: IndexNames; roles: readonly IndexRole[]; rights: Rights };

/** Whether the key in use has every right that `rights` names, on the indices of `roles`. */
export async function checkRights(asked: Asked): Promise<Finding> {
  try {
    const answer = Answer.parse(await askRights(asked));
    return judgeRights(answer, asked);
  } catch (fault) {
    const refused = Refused.safeParse(fault instanceof GovernorError ? fault.cause : undefined);
    if (!refused.success) throw fault;
    if (refused.data.statusCode === NOT_ALLOWED) return tip(CHECK, 'not checked: this key may not ask for its own rights', DOCS);
    if (NOBODY_LISTENS.includes(refused.data.statusCode))
      return tip(CHECK, 'not checked: security is off or not visible', 'turn security on in every cluster that others reach');
    throw fault;
  }
}

const askRights = ({ elastic, names, roles, rights }: Asked): Promise<unknown> =>
  elastic.ask('its rights', (client) =>
    client.security.hasPrivileges({
      cluster: [...rights.cluster],
      index: roles.map((role) => ({ names: [names[role]], privileges: [...(rights.indices[role] ?? [])] })),
    }),
  );

function judgeRights({ cluster, index }: z.infer<typeof Answer>, { names, roles, rights }: Asked): Finding {
  const lacking = roles.flatMap((role) => {
    const name = names[role];
    // A right that the answer does not name was not granted.
    const missing = (rights.indices[role] ?? []).filter((right) => index[name]?.[right] !== true);
    return missing.length === 0 ? [] : [`${missing.join(', ')} on ${name}`];
  });
  if (lacking.length > 0) return bad(CHECK, `the key lacks ${lacking.join('; ')}`, DOCS);
  const unseen = rights.cluster.filter((right) => cluster[right] !== true);
  return unseen.length === 0
    ? good(CHECK, 'the key has all that a running governor needs')
    : tip(CHECK, `the key lacks ${unseen.join(', ')} on the cluster, which only doctor needs`, DOCS);
}

const DOCS = 'make a key as docs/elasticsearch.md describes';
