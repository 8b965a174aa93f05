import type { ReplayedCase, ReplayTotals, UnreadableCase } from '../../contracts/replay.ts';
import { GovernorError, problemOf } from '../../pipeline/errors.ts';
import { fold } from '../../pipeline/fold.ts';
import type { CaseLog } from '../../pipeline/ports.ts';
import { isBrokenLog } from '../bundle/broken-log.ts';
import { type CaseAgain, isProgramFault, type ReplayWith, replayCase } from './replay-case.ts';
import { createTotals, type Totals } from './totals.ts';

type Asked = ReplayWith & {
  log: Pick<CaseLog, 'read' | 'list'>;
  /** Only these; every case of the log where there is none. */
  caseIds: readonly string[];
  /** Told of each case with a decision to make again, the newest first; waited for. */
  each: (one: ReplayedCase | UnreadableCase) => Promise<void> | void;
};

const PAGE = 200;
/** Cases read side by side: a cluster answers many questions as fast as one. No more than these are held at a time. */
const AT_ONCE = 16;

/** A case to read, and the place of its last entry where that is known. */
type Wanted = { case_id: string; seq?: number };

/** Makes every recorded decision again and tells what comes out differently. Nothing runs and nothing is written. */
export async function replay({ log, caseIds, each, ...asked }: Asked): Promise<ReplayTotals> {
  const totals = createTotals();
  for await (const wanted of batches(log, caseIds)) {
    const read = await Promise.all(wanted.map((one) => readCase(log, one, asked)));
    for (const one of read.filter((found) => found !== null)) await each(counted(totals, one));
  }
  return { totals: totals.now(), gate: asked.config.gate, gate_config_hash: asked.gateHash };
}

function counted(totals: Totals, one: CaseAgain | UnreadableCase): ReplayedCase | UnreadableCase {
  if ('problem' in one) {
    totals.unreadable();
    return one;
  }
  totals.add(one);
  return replayedCase(one);
}

async function* batches(log: Asked['log'], caseIds: readonly string[]): AsyncGenerator<readonly Wanted[]> {
  if (caseIds.length > 0) return yield* chunks([...new Set(caseIds)].map((case_id) => ({ case_id })));
  let before: string | undefined;
  for (;;) {
    const heads = await log.list(PAGE, before);
    yield* chunks(heads);
    before = heads.at(-1)?.case_id;
    if (heads.length < PAGE) return;
  }
}

function* chunks(wanted: readonly Wanted[]): Generator<readonly Wanted[]> {
  for (let at = 0; at < wanted.length; at += AT_ONCE) yield wanted.slice(at, at + AT_ONCE);
}

async function readCase(
  log: Asked['log'],
  { case_id, seq }: Wanted,
  asked: ReplayWith,
): Promise<CaseAgain | UnreadableCase | null> {
  try {
    if (seq !== undefined && (await isOlder(log, case_id, seq, asked.sinceMs))) return null;
    const state = fold(await log.read(case_id));
    if (state === undefined) return gone(case_id, seq);
    const again = replayCase(state, asked);
    return again.decisions.length === 0 ? null : again;
  } catch (fault) {
    // A case that somebody's hand has been in keeps no other from being made again; it is counted and named.
    if (isBrokenLog(fault)) return { case_id, problem: problemOf(fault) };
    throw fault;
  }
}

/** Nothing of a case whose last entry is older was decided since: of most of a long log no more than that entry is read. */
async function isOlder(log: Asked['log'], caseId: string, seq: number, sinceMs: number): Promise<boolean> {
  if (!Number.isFinite(sinceMs)) return false;
  const last = (await log.read(caseId, seq)).at(-1);
  return last !== undefined && Date.parse(last.at) < sinceMs;
}

function gone(caseId: string, seq: number | undefined): UnreadableCase {
  if (seq === undefined) throw new GovernorError('unknown_case', `there is no case \`${caseId}\``);
  return { case_id: caseId, problem: 'its first entry is missing' };
}

const replayedCase = ({ decisions, ...facts }: CaseAgain): ReplayedCase => ({
  ...facts,
  decisions: decisions.length,
  differing: decisions
    .filter(({ differs }) => differs.length > 0)
    .map((again) => ({ ...again, program_fault: isProgramFault(again) })),
});
