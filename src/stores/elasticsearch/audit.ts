import type { SealedRow } from '../../../pipeline/chain.ts';
import type { AuditSource, AuditView, ReadersHead, StoreFault } from '../../audit/source.ts';
import type { StoreLog } from '../store-log.ts';
import type { Elastic, SearchHit } from './elastic.ts';
import { entryName, LogDocument, rowOfDocument } from './log-documents.ts';
import { atOnePoint, cursorOf, type PointInTime } from './point-in-time.ts';
import { refresh } from './searches.ts';

const PAGE = 1_000;
/** A page is checked within moments; the next one renews it. */
const KEEP_ALIVE = '2m';
const HEADS_CHUNK = 1_000;
/** Documents that are named as unreadable; an index that was overwritten has enough with these. */
const NAMED_MAX = 1_000;

type Parts = { elastic: Elastic; index: string; log: StoreLog };

/** The log as the audit reads it: every document of the index as of one point in time, whatever it says of itself. */
export function elasticAudit({ elastic, index, log }: Parts): AuditSource {
  return {
    async read(use) {
      await refresh(elastic, [index]);
      const asked = { what: 'audit', index, keepAlive: KEEP_ALIVE };
      return atOnePoint({ elastic, log }, asked, (begun) => use(viewOf(elastic, begun)));
    },
  };
}

/** Readers ask for entries by name, one after the other, until the first that is not there. */
type Found = { next: number; entries: number };

function viewOf(elastic: Elastic, begun: PointInTime): AuditView {
  const found = new Map<string, Found>();
  const faults: StoreFault[] = [];
  let isRead = false;

  const take = (hit: SearchHit): SealedRow[] => {
    const document = LogDocument.safeParse(hit.source);
    if (!document.success) {
      if (faults.length < NAMED_MAX)
        faults.push({ case_id: null, fault: 'unreadable', detail: `the document \`${hit.id}\` is no entry` });
      return [];
    }
    const row = rowOfDocument(document.data);
    note(found, row, hit.id === entryName(row.case_id, row.seq));
    return [row];
  };

  async function* rows(): AsyncGenerator<readonly SealedRow[]> {
    found.clear();
    faults.length = 0;
    for (let last: SearchHit | undefined; ; ) {
      const { hits, pit } = await elastic.search('audit: page', {
        pit: { id: begun.id, keep_alive: KEEP_ALIVE },
        size: PAGE,
        sort: [{ case_id: 'asc' }, { seq: 'asc' }, { _shard_doc: 'asc' }],
        track_total_hits: false,
        ...cursorOf(last),
      });
      begun.id = pit ?? begun.id;
      yield hits.flatMap(take);
      last = hits.at(-1);
      if (hits.length < PAGE) break;
    }
    isRead = true;
  }

  async function* heads(): AsyncGenerator<readonly ReadersHead[]> {
    if (!isRead) for await (const _ of rows());
    const all = [...found].map(([case_id, { next, entries }]) => ({ case_id, seq: next - 1, entries }));
    for (let at = 0; at < all.length; at += HEADS_CHUNK) yield all.slice(at, at + HEADS_CHUNK);
  }

  return { rows, heads, ownFaults: async () => faults };
}

/** A document under another name is read by nobody, and a log goes only as far as its names do. */
function note(found: Map<string, Found>, { case_id, seq }: SealedRow, isNamedSo: boolean): void {
  const known = found.get(case_id) ?? { next: 0, entries: 0 };
  const isNext = isNamedSo && seq === known.next;
  found.set(case_id, isNext ? { next: seq + 1, entries: known.entries + 1 } : known);
}
