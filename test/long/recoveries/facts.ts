import { z } from 'zod';
import type { LibraryDocument } from '../../../contracts/documents.ts';
import type { Entry } from '../../../contracts/entry.ts';
import type { Stage } from '../../fixtures/app.ts';
import type { Effect, Seen } from '../../fixtures/control-client.ts';

const Ticket = z.looseObject({
  key: z.string(),
  case_id: z.string(),
  status: z.string(),
  moves: z.array(z.object({ status: z.string(), at: z.string() })),
});
type Ticket = z.infer<typeof Ticket>;

/** What the world outside and the log hold, by case: all that is judged is drawn from here. */
export type Facts = {
  entriesOf(caseId: string): readonly Entry[];
  lockOf(service: string): readonly Entry[];
  effectsOf(caseId: string): readonly Effect[];
  ticketsOf(caseId: string): readonly Ticket[];
  cardsOf(caseId: string, revision: number): readonly Seen[];
  /** What the governor wrote in the thread of this message, oldest first. */
  threadOf(ts: string): readonly Seen[];
  /** The runbook that was written from this case, as the library holds it. */
  learnedFrom(caseId: string): LibraryDocument | undefined;
};

export async function gather(stage: Stage, caseIds: readonly string[]): Promise<Facts> {
  await stage.log.caughtUp();
  const [effects, tickets, messages, learned] = await Promise.all([
    stage.control.effects(),
    stage.control.tickets(),
    stage.control.messages('channel=incidents'),
    stage.store.library.get(caseIds.map((caseId) => `learned:${caseId}`)),
  ]);
  const effectsBy = Map.groupBy(effects, ({ case_id }) => case_id);
  const ticketsBy = Map.groupBy(z.array(Ticket).parse(tickets), ({ case_id }) => case_id);
  const own = messages.filter(({ user }) => user === 'governor');
  const cardsBy = Map.groupBy(own, ({ metadata }) => cardName(metadata?.event_payload));
  const threadsBy = Map.groupBy(own, ({ thread_ts }) => thread_ts ?? '');
  const learnedBy = new Map(learned.map((document) => [document.id, document]));
  return {
    entriesOf: (caseId) => stage.log.entriesOf(caseId),
    lockOf: (service) => stage.log.entriesOf(`~lock:${service}`),
    effectsOf: (caseId) => effectsBy.get(caseId) ?? [],
    ticketsOf: (caseId) => ticketsBy.get(caseId) ?? [],
    cardsOf: (caseId, revision) => cardsBy.get(`${caseId} ${revision}`) ?? [],
    threadOf: (ts) => threadsBy.get(ts) ?? [],
    learnedFrom: (caseId) => learnedBy.get(`learned:${caseId}`),
  };
}

const cardName = (payload: { case_id: string; revision: number; key: string } | undefined): string =>
  payload?.key === 'card' ? `${payload.case_id} ${payload.revision}` : '';
