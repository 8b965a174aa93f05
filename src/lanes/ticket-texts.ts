import type { GovernorConfig } from '../../contracts/config.ts';
import type { Entry } from '../../contracts/entry.ts';
import type { TicketText } from '../../contracts/ticket-text.ts';
import type { Links } from '../../listeners/parts.ts';
import type { GroupMembers } from '../../pipeline/authority.ts';
import type { CaseState } from '../../pipeline/case-state.ts';
import { currentNumber } from '../../pipeline/case-state.ts';
import type { Catalogue } from '../../pipeline/catalogue.ts';
import type { People } from '../../pipeline/decisions.ts';
import { GovernorError, problemOf } from '../../pipeline/errors.ts';
import { fold } from '../../pipeline/fold.ts';
import type { CaseLog } from '../../pipeline/ports.ts';
import { assessShown } from '../../pipeline/shown.ts';
import { refusedIn, type TicketDue } from '../../pipeline/ticketing.ts';
import { type Behind, refusalsComment, ticketComment } from '../../views/ticket/comment.ts';
import { ticketDescription, ticketSummary } from '../../views/ticket/description.ts';
import { peopleIn, type TicketPart, ticketText } from '../../views/ticket/parts.ts';
import type { Log } from '../log.ts';

type Due<Act extends TicketDue['act']> = Extract<TicketDue, { act: Act }>;

/** What the ticket of a case says. The same entries always give the same text, but for names and the card's address. */
export type TicketTexts = {
  opening(state: CaseState, due: Due<'open'>): Promise<{ summary: string; text: TicketText }>;
  comment(state: CaseState, due: Due<'comment'>): Promise<TicketText>;
};

type Parts = {
  log: Pick<CaseLog, 'read'>;
  catalogue: Catalogue;
  people: Pick<People, 'person' | 'groups'>;
  config: GovernorConfig;
  simulated: boolean;
  links: Pick<Links, 'cardUrl' | 'hosts'>;
  logger: Log;
};

export function createTicketTexts(parts: Parts): TicketTexts {
  const { log, people, links, logger } = parts;

  // A tracker is for those who do not look into Slack: that Slack is away must not keep a ticket from being written.
  const unlessAway = async <T>(asked: Promise<T>, without: T): Promise<T> => {
    try {
      return await asked;
    } catch (fault) {
      logger.warn('a ticket is written without the names that Slack knows', { problem: problemOf(fault) });
      return without;
    }
  };

  /** The case as it stood at `uptoSeq`, with its entries until then. */
  const behind = async (state: CaseState, uptoSeq: number): Promise<Behind & { entries: Entry[] }> => {
    const entries = (await log.read(state.caseId)).filter(({ seq }) => seq <= uptoSeq);
    const then = fold(entries);
    if (then === undefined || then.seq !== uptoSeq)
      throw new GovernorError('no_entry', `case ${state.caseId} has no entry ${uptoSeq}`);
    const revision = currentNumber(then);
    const card = state.cards[revision];
    return {
      entries,
      shown: assessShown(then, revision, await factsOf(parts, unlessAway)),
      origin: then.revisions.at(-1)?.planned.origin ?? null,
      cardUrl: card === undefined ? null : links.cardUrl(card.channel, card.ts),
      hosts: links.hosts,
    };
  };

  const written = async (made: readonly TicketPart[]): Promise<TicketText> => {
    const known = await Promise.all(
      peopleIn(made).map(async (id) => [id, (await unlessAway(people.person(id), null))?.name ?? ''] as const),
    );
    return ticketText(made, new Map(known));
  };

  return {
    async opening(state, { uptoSeq }) {
      const { shown, entries, cardUrl, hosts } = await behind(state, uptoSeq);
      const refused = refusedIn(entries, uptoSeq);
      return { summary: ticketSummary(shown), text: await written(ticketDescription(shown, { refused, cardUrl, hosts })) };
    },
    async comment(state, { fromSeq, uptoSeq, last }) {
      const then = await behind(state, uptoSeq);
      const told = then.entries.filter(({ seq }) => seq >= fromSeq);
      const refused = refusedIn(told, uptoSeq);
      const { body } = then.entries.at(-1) ?? {};
      if (body === undefined) throw new GovernorError('no_entry', `case ${state.caseId} has no entry ${uptoSeq}`);
      return written(refused.length > 0 ? refusalsComment(refused, last, then) : ticketComment(body, then));
    },
  };
}

async function factsOf(
  { catalogue, people, config, simulated }: Parts,
  unlessAway: <T>(asked: Promise<T>, without: T) => Promise<T>,
) {
  const groups = await unlessAway<GroupMembers>(people.groups(), new Map());
  return { actions: catalogue.actions, rules: config.approvers, groups, timings: config, simulated };
}
