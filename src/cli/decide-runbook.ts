import type { Runbook } from '../../contracts/documents.ts';
import type { Refusal } from '../../contracts/entry-words.ts';
import { RECORDED, steeringText } from '../../listeners/answers.ts';
import type { CaseState } from '../../pipeline/case-state.ts';
import { currentRevision } from '../../pipeline/case-state.ts';
import type { Cases } from '../../pipeline/cases.ts';
import { createChoices, type Steered } from '../../pipeline/choices.ts';
import { GovernorError } from '../../pipeline/errors.ts';
import { plainSlackText } from '../../pipeline/intake/slack-text.ts';
import { casesOf } from './case-facts.ts';
import type { ExitCode, Invocation } from './command.ts';
import { EXIT } from './command.ts';
import type { Opened } from './opened.ts';
import { holderOf, LISTED_PEOPLE } from './personal.ts';
import type { PersonalKey } from './personal-key.ts';
import { faint, good, print, sheet, writeLines } from './print.ts';

type Wish = { id: string; key: PersonalKey; decision: 'accepted' | 'discarded' };

/** Accepts or discards what a case has taught, by the judgement of the card's buttons. */
export async function decideRunbook(wish: Wish, invocation: Invocation, opened: Opened): Promise<ExitCode> {
  const cases = casesOf(opened.store);
  const state = await caseOf(wish.id, cases, opened);
  const { learned } = state;
  if (learned !== null) writeLines(invocation.err, [...sheet([['runbook', learned.title]]), faint(learned.text)]);

  const refusal = refusalOf(await decided(wish, state, cases, opened));
  const sentence = plainSlackText(refusal === null ? RECORDED : steeringText(refusal));
  const answer = { id: wish.id, case_id: state.caseId, decision: wish.decision, recorded: refusal === null, refusal, sentence };
  print(invocation, answer, () => [refusal === null ? good(sentence) : sentence]);
  return refusal === null ? EXIT.good : EXIT.badNews;
}

const refusalOf = (steered: Steered): Refusal | null => (steered.ok ? null : steered.refusal);

async function caseOf(id: string, cases: Cases, { store }: Opened): Promise<CaseState> {
  const documents = await store.library.get([id]);
  const runbook = documents.find((document): document is Runbook => document.kind === 'runbook');
  const state = runbook?.from_case === undefined ? undefined : await cases.load(runbook.from_case);
  if (state?.learned?.runbookId !== id)
    throw new GovernorError(
      'unknown_runbook',
      `\`${id}\` is no runbook that a case has taught; governor runbooks list names them`,
    );
  return state;
}

async function decided({ key, decision }: Wish, state: CaseState, cases: Cases, opened: Opened): Promise<Steered> {
  const { store, settings, catalogue } = opened;
  const rules = settings.config.approvers;
  const { by, signer } = holderOf(key, rules);
  const { library } = store;
  const choices = createChoices({ cases, people: LISTED_PEOPLE, library, rules, actions: catalogue.actions, signer });
  const now = currentRevision(state);
  const ref = { case_id: state.caseId, revision: now?.revision ?? 1, digest: now?.gated?.digest ?? '' };
  return choices.decideRunbook({ ref, by, via: 'cli' }, decision, null);
}
