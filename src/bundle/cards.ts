import type { BundledCard } from '../../contracts/bundle.ts';
import type { Action } from '../../contracts/catalogue.ts';
import type { Entry } from '../../contracts/entry.ts';
import type { CaseState } from '../../pipeline/case-state.ts';
import type { Catalogue } from '../../pipeline/catalogue.ts';
import type { ShownFacts } from '../../pipeline/shown.ts';
import { assessShown } from '../../pipeline/shown.ts';
import { evidenceCard } from '../../views/evidence-card.ts';
import type { Hide } from '../app/without-secrets.ts';
import { plainBlocks } from './plain-blocks.ts';
import { told } from './sound-part.ts';

type Parts = { catalogue: Catalogue; facts: Omit<ShownFacts, 'actions'>; hide: Hide };
type Moment = Pick<BundledCard, 'revision' | 'moment' | 'seq'>;

/**
 * The card of each revision, drawn again by the views: as it was when Slack confirmed the decision on it, and as it stood
 * when the next revision took its place or the log ended. A card that did not change in between is given once.
 */
export function* cardParts(entries: readonly Entry[], parts: Parts): Generator<BundledCard> {
  const moments = momentsOf(entries);
  const states = new Map<number, CaseState>();
  for (const { entry, state } of told(entries)) if (moments.some(({ seq }) => seq === entry.seq)) states.set(entry.seq, state);
  let before: BundledCard | null = null;
  for (const moment of moments) {
    const state = states.get(moment.seq);
    if (state === undefined) continue;
    const card = cardOf(state, moment, parts);
    if (before?.revision !== card.revision || before.text !== card.text) yield card;
    before = card;
  }
}

/** By revision; of each the decision first. */
function momentsOf(entries: readonly Entry[]): Moment[] {
  const decisions = new Map<number, number>();
  const lasts = new Map<number, number>();
  let current = 1;
  for (const { seq, body } of entries) {
    if (body.kind === 'planned') current = body.revision;
    if (body.kind === 'decision_shown') decisions.set(body.revision, Math.min(body.shows_seq, seq));
    lasts.set(current, seq);
  }
  return [...lasts].flatMap(([revision, seq]) => {
    const decided = decisions.get(revision);
    const last: Moment = { revision, moment: 'last', seq };
    return decided === undefined ? [last] : [{ revision, moment: 'decision', seq: decided }, last];
  });
}

function cardOf(state: CaseState, moment: Moment, { catalogue, facts, hide }: Parts): BundledCard {
  const shown = assessShown(state, moment.revision, { ...facts, actions: approvedActions(state, moment.revision, catalogue) });
  const text = plainBlocks(evidenceCard(shown, { showsSeq: moment.seq, classic: true }));
  return { part: 'card', ...moment, digest: shown.ref?.digest ?? null, text: hide(text) };
}

/** A card shows no action but the recorded one: where the catalogue says something else by now, it names what was proposed. */
function approvedActions(state: CaseState, number: number, { actions, hashes }: Catalogue): ReadonlyMap<string, Action> {
  const stress = state.revisions.find(({ revision }) => revision === number)?.stressed?.stress;
  const action = stress?.action_id ? actions.get(stress.action_id) : undefined;
  if (action === undefined || hashes.get(action.id) !== stress?.action_hash) return new Map();
  return new Map([[action.id, action]]);
}
