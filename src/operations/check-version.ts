import { z } from 'zod';
import { GovernorError, problemOf } from '../../pipeline/errors.ts';
import type { Elastic } from '../stores/elasticsearch/elastic.ts';
import { bad, type Finding, good, tip } from './finding.ts';

/** The client asks in the form of version 9; servers speak that from version 9 on. */
const MAJOR_MIN = 9;
const TESTED = '9.5';

const Info = z.object({ cluster_name: z.string(), version: z.object({ number: z.string().regex(/^\d+\.\d+/) }) });
/** What the client says of a fault, by its shape. */
const Thrown = z.object({
  name: z.string(),
  statusCode: z.int().optional(),
  headers: z.record(z.string(), z.unknown()).nullish(),
  body: z.unknown().optional(),
});
const TypedBody = z.object({ error: z.object({ type: z.string() }) });

export type Reached = { finding: Finding; reached: boolean };

const CHECK = 'Elasticsearch';
const no = (found: string, fix: string): Reached => ({ finding: bad(CHECK, found, fix), reached: false });

/** Whether an Elasticsearch of a version that is understood answers at the address. */
export async function checkVersion(elastic: Elastic): Promise<Reached> {
  try {
    const info = Info.parse(await elastic.ask('who it is', (client) => client.info()));
    return judged(info.version.number, info.cluster_name);
  } catch (fault) {
    return unanswered(fault);
  }
}

function judged(version: string, cluster: string): Reached {
  const found = `${version}, cluster ${cluster}`;
  const [major = '0', minor = '0'] = version.split('.');
  if (Number(major) < MAJOR_MIN) return no(found, `give the address of a cluster of version ${MAJOR_MIN} or later`);
  if (`${major}.${minor}` === TESTED) return { finding: good(CHECK, found), reached: true };
  const advice = `the governor is tested with ${TESTED}; try this version before you rely on it`;
  return { finding: tip(CHECK, found, advice), reached: true };
}

function unanswered(fault: unknown): Reached {
  if (fault instanceof z.ZodError) return no('answers, but not as Elasticsearch does', NO_ELASTICSEARCH);
  const thrown = Thrown.safeParse(fault instanceof GovernorError ? fault.cause : fault);
  if (thrown.success && thrown.data.name === 'ProductNotSupportedError')
    return no('answers, and does not say that it is Elasticsearch', NO_ELASTICSEARCH);
  if (!thrown.success || thrown.data.statusCode === undefined) return no(`no answer: ${shortOf(fault)}`, AWAY);
  return refused(thrown.data.statusCode, thrown.data, fault);
}

function refused(status: number, { body, headers }: z.infer<typeof Thrown>, fault: unknown): Reached {
  if (status === 401) return no('the key is not accepted (401)', 'give a valid ELASTICSEARCH_API_KEY, the one called `encoded`');
  // Who it is may only be asked with the right to monitor the cluster; everything else may work without it.
  if (status === 403) return { finding: tip(CHECK, 'answers, but this key may not ask for its version', MONITOR), reached: true };
  if (typeOf(body) === 'media_type_header_exception')
    return no('is older than version 9 and refuses this client', `upgrade it to version ${MAJOR_MIN} or later`);
  if (headers?.['x-elastic-product'] !== 'Elasticsearch')
    return no(`answers with ${status}, and not as Elasticsearch does`, NO_ELASTICSEARCH);
  return no(shortOf(fault), 'look into the log of the cluster; until it answers, cases wait');
}

const NO_ELASTICSEARCH = 'point ELASTICSEARCH_URL at Elasticsearch itself, not at Kibana, a proxy’s page or another product';
const AWAY = 'check ELASTICSEARCH_URL, that the cluster runs, and that this machine reaches it';
const MONITOR = 'allow the key `monitor` on the cluster, to have version and health checked too';

const typeOf = (body: unknown): string => {
  const typed = TypedBody.safeParse(body);
  return typed.success ? typed.data.error.type : '';
};

const shortOf = (fault: unknown): string => (problemOf(fault).split('\n', 1)[0] ?? '').slice(0, 200);
