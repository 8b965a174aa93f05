import type { GovernorConfig } from '../../contracts/config.ts';
import type { Links } from '../../listeners/parts.ts';
import type { CaseState } from '../../pipeline/case-state.ts';
import { currentCard, currentNumber } from '../../pipeline/case-state.ts';
import type { Catalogue } from '../../pipeline/catalogue.ts';
import type { People } from '../../pipeline/decisions.ts';
import { textOf } from '../../pipeline/document-text.ts';
import { GovernorError } from '../../pipeline/errors.ts';
import type { CaseLog, Chat, Library } from '../../pipeline/ports.ts';
import type { Note } from '../../pipeline/showing.ts';
import type { ShownFacts } from '../../pipeline/shown.ts';
import { assessShown } from '../../pipeline/shown.ts';
import { detailsThread } from '../../views/details-thread.ts';
import { cardText, evidenceCard } from '../../views/evidence-card.ts';
import { learnedThread, noteOf, reminderNote } from '../../views/notes.ts';

export type Message = { text: string; blocks: readonly object[] };
/** `classic` where this workspace refused the newer block types, `pictures` false where it refused a card with its picture. */
export type Style = { classic: boolean; pictures: boolean };

/** What the lanes post, laid out by the views from the folded case. */
export type Rendering = {
  facts(): Promise<ShownFacts>;
  card(state: CaseState, revision: number, style: Style): Promise<Message>;
  details(state: CaseState, revision: number, style: Style): Promise<Message[]>;
  note(state: CaseState, revision: number, note: Note): Promise<Message[]>;
  postReminder(chat: Chat, state: CaseState): Promise<string>;
};

type Parts = {
  log: CaseLog;
  library: Library;
  catalogue: Catalogue;
  people: People;
  config: GovernorConfig;
  simulated: boolean;
  links: Pick<Links, 'kibanaOf' | 'hosts'>;
};

export function createRendering({ log, library, catalogue, people, config, simulated, links }: Parts): Rendering {
  const facts = async (): Promise<ShownFacts> => ({
    actions: catalogue.actions,
    rules: config.approvers,
    groups: await people.groups(),
    timings: config,
    simulated,
  });
  const shown = async (state: CaseState, revision: number) => assessShown(state, revision, await facts());

  return {
    facts,
    async card(state, revision, { classic, pictures }) {
      const seen = await shown(state, revision);
      const options = { showsSeq: state.seq, classic, pictures, ticketHosts: links.hosts, kibana: links.kibanaOf(seen) };
      return { text: cardText(seen), blocks: evidenceCard(seen, options) };
    },
    async details(state, revision, { classic }) {
      const seen = await shown(state, revision);
      const texts =
        seen.context_mode === 'full_context'
          ? await wholeTexts(
              library,
              seen.documents.map(({ id }) => id),
            )
          : new Map<string, string>();
      return detailsThread(seen, { showsSeq: state.seq, classic, texts, kibana: links.kibanaOf(seen) });
    },
    async note(state, revision, { seq }) {
      const [entry] = await log.read(state.caseId, seq);
      if (entry === undefined) throw new GovernorError('no_entry', `case ${state.caseId} has no entry ${seq}`);
      if (entry.body.kind === 'learned') return learnedThread(await shown(state, revision), seq);
      const message = noteOf(entry.body, seq);
      const isEdited = entry.body.kind === 'learning_decided' && entry.body.edited !== undefined;
      // What a person wrote in a form nobody else has seen yet.
      const written = isEdited ? learnedThread(await shown(state, revision), seq) : [];
      return message === null ? written : [message, ...written];
    },
    async postReminder(chat, state) {
      const revision = currentNumber(state);
      const card = currentCard(state);
      if (card === undefined) throw new GovernorError('no_card', `case ${state.caseId} has no card to be reminded of`);
      const key = `reminder:${state.reminders}`;
      const { text, blocks } = reminderNote(await shown(state, revision), state.seq);
      const sinceMs = Date.parse(state.openedAt);
      const { ts } = await chat.post({
        channel: card.channel,
        threadTs: card.ts,
        text,
        blocks,
        caseId: state.caseId,
        revision,
        key,
        lookFirst: true,
        sinceMs,
      });
      return ts;
    },
  };
}

/** Documents as they are now, for reading; what the decision was made on is in the card's excerpts and hashes. */
async function wholeTexts(library: Library, ids: readonly string[]): Promise<Map<string, string>> {
  const documents = await library.get(ids.filter((id) => !id.startsWith('log:')));
  return new Map(documents.map((document) => [document.id, textOf(document)]));
}
