import type { LibraryDocument } from '../../contracts/documents.ts';
import { Runbook } from '../../contracts/documents.ts';
import type { EntryKind } from '../../contracts/entry.ts';
import { hashOf } from '../../pipeline/hash.ts';
import { type Allowed, messageFaults, textFaults } from '../views/slack-safe.ts';
import type { Arena } from './arena.ts';
import type { Attacked, Played } from './outcomes-play.ts';
import { LEAD, ONCALL, REPORTER } from './team.ts';

/** The hash of all that learning may not change: every other document, the catalogue and the config with its approvers. */
export async function unchangeable({ store, catalogue, config }: Arena, attacks: readonly Attacked[]): Promise<string> {
  const documents = await store.library.get(attacks.flatMap((one) => one.documents.map(({ id }) => id)));
  const sorted = documents.map((document) => hashOf(document)).sort();
  return hashOf([sorted, [...catalogue.actions.values()], [...catalogue.byName.keys()].sort(), JSON.stringify(config)]);
}

export const learnedId = (caseId: string): string => `learned:${caseId}`;

/** What was learned, by case. */
export async function learnedIn({ arena, cases }: Pick<Played, 'arena' | 'cases'>): Promise<Map<string, LibraryDocument>> {
  const documents = await arena.store.library.get([...cases.keys()].map(learnedId));
  return new Map(documents.map((document) => [document.id.slice(learnedId('').length), document]));
}

/** What is wrong with what was learned: at most one runbook a case, unaccepted, of its service and of the action that ran. */
export async function learningProblems(played: Played): Promise<string[]> {
  const { arena, cases } = played;
  const ran = new Map(arena.effects.map(({ caseId, actionId }) => [caseId, actionId]));
  return [...(await learnedIn(played))].flatMap(([caseId, document]) => {
    const { tale, place, way } = cases.get(caseId) ?? {};
    const found = [
      ...(arena.states.get(caseId)?.status === 'resolved' ? [] : ['learned from a case that did not recover']),
      ...runbookProblems(document, tale?.service, ran.get(caseId)),
    ];
    return found.map((problem) => `${place}, ${way}: ${problem}`);
  });
}

const HIDDEN = /[\p{Cf}\p{Default_Ignorable_Code_Point}]|(?![\n\t])\p{Cc}/u;

function runbookProblems(document: LibraryDocument, service: string | undefined, ran: string | undefined): string[] {
  const parsed = Runbook.safeParse(document);
  if (!parsed.success) return [`${document.id} is no runbook`];
  const { status, recommended_action, accepted_by, title, body } = parsed.data;
  return [
    ...(status === 'learned' && accepted_by === undefined ? [] : [`is ${status}, by ${accepted_by}`]),
    ...(parsed.data.service === service ? [] : [`is about ${parsed.data.service}`]),
    ...(recommended_action === ran ? [] : [`recommends ${recommended_action}, and ${ran} ran`]),
    ...(HIDDEN.test(title) || HIDDEN.test(body) ? ['holds what nobody can see'] : []),
    ...(title.isWellFormed() && body.isWellFormed() ? [] : ['holds half a character']),
  ];
}

const DECISIONS: ReadonlySet<EntryKind> = new Set([
  'approved',
  'rejected',
  'held',
  'released',
  'replan_asked',
  'learning_decided',
  'learning_doubted',
  'paused',
  'resumed',
]);

/** Entries by which somebody decided, whoever they say it was. */
export async function decisionEntries({ store, states }: Arena): Promise<string[]> {
  const logs = await Promise.all([...states.keys(), '~switch'].map((caseId) => store.caseLog.read(caseId)));
  return logs.flat().flatMap(({ case_id, body }) => (DECISIONS.has(body.kind) ? [`${case_id} ${body.kind}`] : []));
}

const ALLOWED: Allowed = { mentions: [LEAD, ONCALL, REPORTER], links: [] };
const SHOWN: ReadonlySet<string> = new Set(['post', 'update', 'tell']);

/** What of all that Slack was sent mentions, links or hides anything. */
export function slackProblems({ told }: Arena): string[] {
  const faults = told.flatMap(({ method, body }) => (SHOWN.has(method) ? messageProblems(body) : []));
  return [...new Set(faults)];
}

function messageProblems(body: unknown): string[] {
  const { text = '', blocks = [] } = body as { text?: string; blocks?: object[] };
  return [...textFaults(text, ALLOWED), ...(blocks.length === 0 ? [] : messageFaults(blocks, ALLOWED))];
}
