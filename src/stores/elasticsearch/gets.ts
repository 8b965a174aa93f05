import { z } from 'zod';
import { GovernorError } from '../../../pipeline/errors.ts';
import type { Place } from './batches.ts';
import type { Elastic } from './elastic.ts';
import { getFault } from './faults.ts';
import { createPerTurn } from './per-turn.ts';

export type Asked = { index: string; id: string; routing?: string };
/** A document as it stands at this moment, searchable or not; null where there is none. */
export type Got = { source: unknown; at: Place } | null;

export type Gets = {
  /** Gets documents by id, in order. Throws where the cluster cannot say of one of them whether it is there. */
  get(asked: readonly Asked[]): Promise<Got[]>;
};

const DOCUMENTS_MAX = 1_000;
const GETS_MAX = 8;

const Found = z.object({
  _id: z.string(),
  found: z.literal(true),
  _seq_no: z.int(),
  _primary_term: z.int(),
  _source: z.unknown(),
});
const Missing = z.object({ _id: z.string(), found: z.literal(false) });
const Failed = z.object({ _id: z.string(), error: z.object({ type: z.string(), reason: z.string().nullish() }) });
const Item = z.union([Found, Missing, Failed]);
const Answer = z.object({ docs: z.array(Item) });

type Item = z.infer<typeof Item>;
type Job = { asked: readonly Asked[]; resolve: (got: Got[]) => void; reject: (fault: unknown) => void };

/** The realtime reads of one turn of the event loop go in one request. */
export function createGets(elastic: Elastic): Gets {
  const run = async (jobs: Job[]): Promise<void> => {
    try {
      const items = await fetchItems(
        elastic,
        jobs.flatMap((job) => job.asked),
      );
      let from = 0;
      for (const job of jobs) {
        settle(job, items.slice(from, from + job.asked.length));
        from += job.asked.length;
      }
    } catch (fault) {
      for (const { reject } of jobs) reject(fault);
    }
  };
  const jobs = createPerTurn<Job>({ run, sizeOf: ({ asked }) => asked.length, sizeMax: DOCUMENTS_MAX, runsMax: GETS_MAX });
  return { get: (asked) => new Promise((resolve, reject) => jobs.add({ asked, resolve, reject })) };
}

async function fetchItems(elastic: Elastic, asked: readonly Asked[]): Promise<Item[]> {
  const docs = asked.map(({ index, id, routing }) => ({ _index: index, _id: id, ...(routing === undefined ? {} : { routing }) }));
  const answer = Answer.safeParse(await elastic.ask('mget', (to) => to.mget({ docs })));
  const items = answer.success ? answer.data.docs : [];
  const fits = items.length === asked.length && items.every((item, at) => item._id === asked[at]?.id);
  if (!fits) throw new GovernorError('store_fault', 'Elasticsearch: the answer to mget does not fit what was asked');
  return items;
}

function settle({ resolve, reject }: Job, items: readonly Item[]): void {
  try {
    resolve(items.map(gotOf));
  } catch (fault) {
    reject(fault);
  }
}

/** Only a plain "not found" of an index that is there says that there is no such document. */
function gotOf(item: Item): Got {
  if ('error' in item) throw getFault('mget', item.error);
  return item.found ? { source: item._source, at: { seqNo: item._seq_no, term: item._primary_term } } : null;
}
