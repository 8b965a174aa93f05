import type { Entry } from '../../../contracts/entry.ts';
import type { RecoveryResult } from '../../../contracts/entry-words.ts';
import { allOf, checksOf, startsOf } from './entries.ts';
import type { Facts } from './facts.ts';
import type { Played } from './play.ts';
import { END_S } from './truth.ts';

/** People are told within this time after the recovery window ended. */
export const TOLD_MS_MAX = 60_000;

/** What is said in Slack, word for word. */
const SAID: Record<Exclude<RecoveryResult, 'recovered'>, string> = {
  not_recovered: 'The service did not recover.',
  worse: 'The service is worse than before.',
  no_data: 'There is no telemetry to tell whether the service recovered.',
};
const STAYS_OPEN = 'The ticket stays open.';
const RESOLVED = 'Resolved: the action ran and the service recovered.';
/** The id of the card's button. */
const ROLLBACK = '"action_id":"rollback"';

/** What was found against one case, and how long after its window people were told; null where nobody had to be. */
export type Judged = Played & { ended: 'resolved' | 'not recovered' | 'neither'; told: number | null; problems: string[] };

const exactly = (wanted: number, what: string, found: readonly unknown[]): string[] =>
  found.length === wanted ? [] : [`${found.length} instead of ${wanted}: ${what}`];
const unless = (holds: boolean, problem: string): string[] => (holds ? [] : [problem]);

/** Holds one case against what its world showed; of its revisions the one that was played last decides. */
export function judge(facts: Facts, played: Played): Judged {
  const { spec, caseId, ran, checks } = played;
  const entries = facts.entriesOf(caseId);
  const results = checksOf(entries, ran.length).map(({ body }) => body.result);
  const isAsWanted = results.length === checks.length && results.every((result, index) => checks[index]?.includes(result));
  const isRecovery = checks.at(-1)?.includes('recovered') === true;
  const isQuiet = checks[0]?.includes('recovered') === true;
  const told = isQuiet ? null : toldAfterMs(facts, played);
  const problems = [
    ...unless(isAsWanted, `its checks found ${results.join(', then ')}`),
    ...effectProblems(facts, played),
    ...lockProblems(facts, played),
    ...(isRecovery ? recoveredProblems(facts, played) : unrecoveredProblems(facts, played)),
    ...unless(isQuiet || (told !== null && told <= TOLD_MS_MAX), `people were told after ${told ?? 'no'} ms`),
  ];
  const name = `${caseId} r${ran.length} of ${spec.service} (${spec.kind}, ${spec.variety}, ${spec.severity})`;
  return { ...played, ended: endOf(entries), told, problems: problems.map((problem) => `${name}: ${problem}`) };
}

/** By the entries alone: nothing but learning, or its being left out, ends a case as resolved. */
function endOf(entries: readonly Entry[]): Judged['ended'] {
  if (endsOf(entries).length > 0) return 'resolved';
  return allOf(entries, 'verified').some(({ body }) => body.result !== 'recovered') ? 'not recovered' : 'neither';
}

const endsOf = (entries: readonly Entry[]): { seq: number }[] => [
  ...allOf(entries, 'learned'),
  ...allOf(entries, 'learning_skipped'),
  ...allOf(entries, 'ticket_closed'),
];

/** What was started is what had to run, each in a revision of its own, and the ledger holds exactly that, once. */
function effectProblems(facts: Facts, { caseId, ran }: Played): string[] {
  const started = startsOf(facts.entriesOf(caseId)).map(({ body }) => ({
    key: `${caseId}:${body.revision}`,
    action: body.action_id,
  }));
  const effects = facts.effectsOf(caseId).map(({ key, action }) => ({ key, action }));
  const actions = started.map(({ action }) => action);
  return [
    ...unless(actions.join() === ran.join(), `it started ${actions.join(', ')} instead of ${ran.join(', ')}`),
    ...unless(new Set(started.map(({ key }) => key)).size === started.length, 'a revision was started twice'),
    ...unless(JSON.stringify(started) === JSON.stringify(effects), `the ledger holds ${JSON.stringify(effects)}`),
  ];
}

/** The service is given back once its action has been checked, so that others can act on it. */
function lockProblems(facts: Facts, { caseId, spec, ran }: Played): string[] {
  const last = facts.lockOf(spec.service).at(-1)?.body.kind;
  const given = facts
    .lockOf(spec.service)
    .filter(({ body }) => body.kind === 'lock_released' && body.case_id === caseId && body.ran);
  return [...unless(last === 'lock_released', `the lock ends as ${last}`), ...exactly(ran.length, 'locks given back', given)];
}

function recoveredProblems(facts: Facts, { caseId, ran, teaches }: Played): string[] {
  const entries = facts.entriesOf(caseId);
  const [proof] = allOf(entries, 'verified').filter(({ body }) => body.result === 'recovered');
  const [ticket] = facts.ticketsOf(caseId);
  const closings = ticket?.moves.filter(({ status }) => status === 'done') ?? [];
  const isEarly = ({ seq }: { seq: number }): boolean => proof === undefined || seq < proof.seq;
  const learned = facts.learnedFrom(caseId);
  const isRunbook = learned?.kind === 'runbook' && learned.status === 'learned' && learned.recommended_action === ran.at(-1);
  return [
    ...exactly(teaches ? 1 : 0, 'learned', allOf(entries, 'learned')),
    ...exactly(teaches ? 0 : 1, 'learning_skipped', allOf(entries, 'learning_skipped')),
    ...exactly(1, 'ticket_closed', allOf(entries, 'ticket_closed')),
    ...exactly(0, 'ends before the recovery', endsOf(entries).filter(isEarly)),
    ...exactly(1, 'tickets', facts.ticketsOf(caseId)),
    ...exactly(1, 'closings of its ticket', closings),
    ...unless(ticket?.status === 'done', `its ticket is ${ticket?.status}`),
    ...unless(
      closings.every(({ at }) => proof !== undefined && at >= proof.at),
      'its ticket was closed before the recovery',
    ),
    ...unless(teaches ? isRunbook : learned === undefined, `the library holds ${JSON.stringify(learned)}`),
    ...unless(cardOf(facts, caseId).includes(RESOLVED), 'its card does not say that it is resolved'),
  ];
}

function unrecoveredProblems(facts: Facts, { caseId, checks, offersRollback }: Played): string[] {
  const entries = facts.entriesOf(caseId);
  const [ticket] = facts.ticketsOf(caseId);
  const card = cardOf(facts, caseId);
  return [
    ...exactly(
      0,
      'checks that call it recovered',
      allOf(entries, 'verified').filter(({ body }) => body.result === 'recovered'),
    ),
    ...exactly(0, 'ends as of a resolved case', endsOf(entries)),
    ...exactly(1, 'tickets', facts.ticketsOf(caseId)),
    ...unless(ticket?.status !== 'done', 'its ticket is closed'),
    ...exactly(0, 'closings of its ticket', ticket?.moves.filter(({ status }) => status === 'done') ?? []),
    ...unless(facts.learnedFrom(caseId) === undefined, 'something was learned from it'),
    ...unless(card.includes(STAYS_OPEN) && saidOf(checks.at(-1)).some((said) => card.includes(said)), 'its card does not say so'),
    ...unless(card.includes(ROLLBACK) === offersRollback, `its card ${offersRollback ? 'offers no' : 'offers a'} rollback`),
  ];
}

const saidOf = (wanted: readonly RecoveryResult[] = []): string[] =>
  wanted.flatMap((result) => (result === 'recovered' ? [] : [SAID[result]]));

/** The card of what ran last as Slack shows it, in JSON; nothing where there is none or more than one. */
function cardOf(facts: Facts, caseId: string): string {
  const cards = cardsOf(facts, caseId);
  return cards.length === 1 ? JSON.stringify(cards[0]?.blocks) : '';
}

const cardsOf = (facts: Facts, caseId: string) =>
  facts.cardsOf(caseId, startsOf(facts.entriesOf(caseId)).at(-1)?.body.revision ?? 0);

const MS = 1_000;

/** From the end of the recovery window to the message in the thread, by the clock of the workspace. */
function toldAfterMs(facts: Facts, { caseId, checks }: Played): number | null {
  const effect = facts.effectsOf(caseId).at(-1);
  const [card] = cardsOf(facts, caseId);
  if (effect === undefined || card === undefined) return null;
  const note = facts.threadOf(card.ts).find(({ text }) => saidOf(checks[0]).some((said) => text.includes(said)));
  return note === undefined ? null : Math.round(Number(note.ts) * MS - Date.parse(effect.at) - END_S * MS);
}
