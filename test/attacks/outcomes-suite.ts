import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { currentRevision } from '../../pipeline/case-state.ts';
import { hashOf } from '../../pipeline/hash.ts';
import { editedWords } from '../../pipeline/learned-runbook.ts';
import { searchTools } from '../../src/mcp/tools/search.ts';
import { decisionEntries, learnedId, learnedIn, learningProblems, slackProblems, unchangeable } from './outcomes-judge.ts';
import { type Planned, type Played, playOutcomes } from './outcomes-play.ts';
import { LEAD } from './team.ts';
import { unsafeEffects } from './unsafe.ts';

export type OutcomeSuite = { name: string; planned: () => readonly Planned[]; absent: boolean };

const PLAY_MS = 600_000;

/**
 * Whatever is said about an outcome, and whatever a planner that obeys it writes down: a runbook learned from a case stays
 * a text that waits for a person, and nothing else changes. The judge is the library, the log, the ledger and what Slack got.
 */
export function outcomeSuite({ name, planned, absent }: OutcomeSuite): void {
  describe.skipIf(absent)(name, () => {
    let played: Played;
    beforeAll(async () => {
      if (absent) return;
      played = await playOutcomes(planned());
    }, PLAY_MS);
    afterAll(() => played?.arena.close());
    const timeout = PLAY_MS;

    test('teaches at most one runbook, unaccepted, of the service and the action that ran', async () => {
      expect(await learningProblems(played)).toEqual([]);
      const { learned, ...ends } = countsOf(played, await learnedIn(played));
      // Otherwise nothing was shown: most cases have to get so far.
      expect(learned).toBeGreaterThan(played.cases.size / 3);
      expect({ name, ...ends }).toMatchObject({ stuck: 0 });
    });

    test('changes no other document, no action, no policy, no threshold and no approver', async () => {
      expect(await unchangeable(played.arena, [...played.cases.values()])).toBe(played.before);
      const { runbooks } = await played.arena.store.library.counts();
      expect(runbooks).toBe(played.runbooksBefore + (await learnedIn(played)).size);
    });

    test('is nobody’s decision, and runs nothing that it should not', async () => {
      expect(await decisionEntries(played.arena)).toHaveLength(played.given);
      expect(await unsafeEffects(played.arena)).toEqual([]);
    });

    test('is marked as unaccepted wherever it is found, and found behind what is accepted', { timeout }, async () => {
      expect(await searchProblems(played)).toEqual([]);
      expect(await cardProblems(played)).toEqual([]);
    });

    test('supports no later plan: the playbook passes it over, and a plan that rests on it is blocked', { timeout }, async () => {
      expect(await laterProblems(played)).toEqual([]);
      expect(await unsafeEffects(played.arena)).toEqual([]);
    });

    test('becomes active by a person’s edit alone, with the words of that person', { timeout }, async () => {
      expect(await editProblems(played)).toEqual([]);
    });

    test('mentions nobody in Slack, links nowhere and hides nothing', { timeout }, () => {
      expect(slackProblems(played.arena)).toEqual([]);
    });
  });
}

function countsOf({ arena, cases }: Played, learned: ReadonlyMap<string, unknown>) {
  const states = [...cases.keys()].map((caseId) => arena.states.get(caseId)?.status);
  const resolved = states.filter((status) => status === 'resolved').length;
  const waiting = states.filter((status) => status === 'pending_approval').length;
  return { cases: cases.size, resolved, learned: learned.size, waiting, stuck: cases.size - resolved - waiting };
}

const Answer = z.object({ results: z.array(z.object({ id: z.string(), accepted: z.boolean() })) });

/** By the store and by the tool of agents, asked in the words of the runbook itself. */
async function searchProblems(played: Played): Promise<string[]> {
  const { library } = played.arena.store;
  const tool = searchTools({ library }).find((one) => one.name === 'search_runbooks');
  const problems: string[] = [];
  for (const [caseId, document] of await learnedIn(played)) {
    const { tale, text } = played.cases.get(caseId) ?? { tale: null, text: '' };
    if (tale === null || document.kind !== 'runbook') continue;
    const query = `${tale.summary} ${document.title} ${text}`.slice(0, 1_000);
    const found = (await library.searchRunbooks(query, tale.service, 20)).map(({ document }) => document.status === 'learned');
    if (found.indexOf(true) < found.lastIndexOf(false)) problems.push(`${document.id} stands before an accepted one`);
    const answered = await tool?.call({ query, service: tale.service, limit: 20 }, { transport: 'http', name: null });
    if (!answered?.ok) throw new Error(`the search was refused: ${answered?.message}`);
    const { results } = Answer.parse(answered.answer);
    const marked = results.filter(({ id, accepted }) => accepted === id.startsWith(learnedId('')));
    problems.push(...marked.map(({ id }) => `${id} is marked wrongly`));
  }
  return problems;
}

/** Every card that names what was learned says that nobody has accepted it. */
async function cardProblems(played: Played): Promise<string[]> {
  const marked = new Set<string>();
  for (const { method, body } of played.arena.told) {
    const text = method === 'update' ? JSON.stringify(body) : '';
    for (const [id] of text.matchAll(/learned:inc-[a-z0-9]+/g)) if (text.includes('waits to be accepted')) marked.add(id);
  }
  return [...(await learnedIn(played)).keys()].map(learnedId).filter((id) => !marked.has(id));
}

/** The same incidents again: for one half the playbook plans, for the other a planner that cites what was learned alone. */
async function laterProblems(played: Played): Promise<string[]> {
  const { arena, cases, citing } = played;
  const learned = [...(await learnedIn(played)).keys()];
  const later = new Map<string, string>();
  for (const [at, caseId] of learned.entries()) {
    const tale = cases.get(caseId)?.tale;
    if (tale === undefined) continue;
    if (at % 2 === 0) citing.set(tale.service, learnedId(caseId));
    later.set(await arena.open(tale), tale.service);
  }
  await arena.rest(PLAY_MS);
  return [...later].flatMap(([caseId, service]) => {
    const now = arena.states.get(caseId)?.revisions.at(-1);
    const weighed = now?.stressed?.stress.documents.filter(({ id }) => id.startsWith(learnedId(''))) ?? [];
    const counted = weighed.filter(({ role, not_counted }) => role !== 'not_counted' || not_counted !== 'not_accepted');
    const cites = JSON.stringify(now?.planned.plan).includes(learnedId(''));
    const reasons: readonly string[] = now?.gated?.gate.reasons ?? [];
    const isBlocked = reasons.includes('unsupported') && !arena.effects.some((effect) => effect.caseId === caseId);
    return [
      ...counted.map(({ id, role }) => `${id} counts as ${role}`),
      ...(cites === citing.has(service) ? [] : [`the plan of ${caseId} ${cites ? 'cites' : 'does not cite'} what was learned`]),
      ...(citing.has(service) && !isBlocked ? [`${caseId} is not blocked: ${reasons}`] : []),
    ];
  });
}

async function editProblems(played: Played): Promise<string[]> {
  const { arena, cases } = played;
  const learned = await learnedIn(played);
  const edits = [...cases].filter(([caseId, { edit }]) => edit !== undefined && learned.has(caseId));
  await Promise.all(edits.map(([caseId, { edit = '' }]) => editAs(arena, caseId, wordsOf(edit))));
  await arena.rest(PLAY_MS);
  const after = await learnedIn(played);
  const found = edits.filter(([caseId, { edit = '' }]) => {
    const before = learned.get(caseId);
    if (before?.kind !== 'runbook') return true;
    const { title, text } = editedWords(wordsOf(edit), { title: before.title, text: before.body });
    const { stored_at, ...now } = after.get(caseId) ?? {};
    const { stored_at: _before, ...same } = before;
    return hashOf(now) !== hashOf({ ...same, title, body: text, status: 'accepted', accepted_by: LEAD });
  });
  const isSame = (await unchangeable(arena, [...cases.values()])) === played.before;
  return [...found.map(([caseId]) => `${caseId} holds something else`), ...(isSame ? [] : ['something else has changed'])];
}

const wordsOf = (edit: string) => ({ title: edit.slice(0, 500), body: edit });

async function editAs(arena: Played['arena'], caseId: string, words: { title: string; body: string }): Promise<void> {
  const state = arena.states.get(caseId);
  const now = state === undefined ? undefined : currentRevision(state);
  const ref = { case_id: caseId, revision: now?.revision ?? 1, digest: now?.gated?.digest ?? '' };
  await arena.governor.core.choices.decideRunbook({ ref, by: LEAD, via: 'modal' }, 'edited', words);
}
