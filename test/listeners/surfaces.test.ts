import { describe, expect, test } from 'vitest';
import type { EntryBody } from '../../contracts/entry.ts';
import type { DecisionKind } from '../../contracts/entry-words.ts';
import type { CaseStory, TestCase } from '../fixtures/a-case.ts';
import { clickBody, messageBody, slashBody } from './payloads.ts';
import type { Seeded, Stage } from './stage.ts';
import { GONE, GUEST, LEAD, ONCALL, OPENER, openStage, ROBOT, refOf, VISITOR } from './stage.ts';

// Who and what counts as a decision must not depend on where it is said: one table, run over every surface.

const TOKENS: Record<DecisionKind, string> = {
  approve: 'APPROVE',
  override: 'FORCE_OVERRIDE',
  reject: 'REJECT',
  hold: 'HOLD',
  release: 'RELEASE',
};
type Surface = 'button' | 'reply' | 'command';

async function say(stage: Stage, surface: Surface, seeded: Seeded, kind: DecisionKind, user: string): Promise<void> {
  const said = {
    button: async () => clickBody({ user, actionId: kind, value: await refOf(seeded) }),
    reply: async () => messageBody(user, TOKENS[kind], { thread_ts: seeded.cardTs }),
    command: async () => slashBody(user, `${kind} ${seeded.caseId}`),
  };
  const { faults } = await stage.deliver(await said[surface]());
  expect(faults).toEqual([]);
}

type Tell = (one: TestCase) => TestCase;
const STORIES: Record<string, { tell: Tell; story: CaseStory }> = {
  'a blocked plan': { tell: (one) => one.decided(), story: { wrong: { contradictions: 2 } } },
  'a critical incident': { tell: (one) => one.decided(), story: { incident: { severity: 'critical' } } },
  'fabricated sources': { tell: (one) => one.decided(), story: { wrong: { fabricated_ids: ['ev-999'] } } },
  'an unknown action': { tell: (one) => one.decided(), story: { wrong: { action_known: false } } },
  'an absolute policy': { tell: (one) => one.decided(), story: { wrong: { policy_conflicts: ['pol-abs'] }, absolute: true } },
  'a hold window': { tell: (one) => one.decided(), story: {} },
  'a held plan': { tell: (one) => one.decided().by('held'), story: { wrong: { contradictions: 2 } } },
  'a card not confirmed': {
    tell: (one) => one.opened().posted().planned().stressed().gated(),
    story: { wrong: { contradictions: 2 } },
  },
  'a rejected case': { tell: (one) => one.decided().by('rejected'), story: { wrong: { contradictions: 2 } } },
  'a running action': { tell: (one) => one.decided().approved().started(), story: { wrong: { contradictions: 2 } } },
  'an action chosen by the lead': { tell: (one) => one.decided(), story: { wrong: { contradictions: 2 }, chosenBy: LEAD } },
};

type Row = [story: string, kind: DecisionKind, user: string, becomes: EntryBody['kind'] | string];
const ROWS: Row[] = [
  ['a blocked plan', 'approve', ONCALL, 'approved'],
  ['a blocked plan', 'approve', LEAD, 'approved'],
  ['a blocked plan', 'approve', VISITOR, 'not_an_approver'],
  ['a blocked plan', 'approve', GUEST, 'not_this_team'],
  ['a blocked plan', 'approve', ROBOT, 'not_a_person'],
  ['a blocked plan', 'approve', GONE, 'not_a_person'],
  ['a blocked plan', 'approve', 'U000NOBODY', 'not_a_person'],
  ['a blocked plan', 'approve', OPENER, 'not_an_approver'],
  ['a blocked plan', 'reject', ONCALL, 'rejected'],
  ['a blocked plan', 'reject', OPENER, 'rejected'],
  ['a blocked plan', 'reject', VISITOR, 'not_an_approver'],
  ['a blocked plan', 'hold', VISITOR, 'held'],
  ['a blocked plan', 'hold', GUEST, 'not_this_team'],
  ['a blocked plan', 'release', LEAD, 'not_held'],
  ['a critical incident', 'approve', ONCALL, 'needs_override'],
  ['a critical incident', 'approve', LEAD, 'needs_override'],
  ['fabricated sources', 'approve', LEAD, 'needs_override'],
  ['an unknown action', 'approve', LEAD, 'nothing_passes'],
  ['an absolute policy', 'approve', LEAD, 'nothing_passes'],
  ['a hold window', 'approve', ONCALL, 'needs_none'],
  ['a hold window', 'hold', VISITOR, 'held'],
  ['a held plan', 'release', LEAD, 'released'],
  ['a held plan', 'release', ONCALL, 'not_an_approver'],
  ['a held plan', 'release', VISITOR, 'not_an_approver'],
  ['a held plan', 'hold', VISITOR, 'already_held'],
  ['a held plan', 'approve', ONCALL, 'approved'],
  ['a card not confirmed', 'approve', ONCALL, 'not_shown_yet'],
  ['a rejected case', 'approve', ONCALL, 'closed'],
  ['a rejected case', 'hold', ONCALL, 'closed'],
  ['a running action', 'approve', ONCALL, 'already_running'],
  ['a running action', 'reject', ONCALL, 'already_running'],
  ['an action chosen by the lead', 'approve', LEAD, 'requester_may_not_approve'],
  ['an action chosen by the lead', 'approve', ONCALL, 'approved'],
];

/** The override's button opens a form; its submission is tested beside the form. */
const OVERRIDES: Row[] = [
  ['a blocked plan', 'override', LEAD, 'approved'],
  ['a blocked plan', 'override', ONCALL, 'not_an_approver'],
  ['a critical incident', 'override', LEAD, 'approved'],
  ['a critical incident', 'override', ONCALL, 'not_an_approver'],
  ['a critical incident', 'override', VISITOR, 'not_an_approver'],
  ['fabricated sources', 'override', LEAD, 'approved'],
  ['an unknown action', 'override', LEAD, 'nothing_passes'],
  ['an absolute policy', 'override', LEAD, 'nothing_passes'],
  ['a hold window', 'override', LEAD, 'needs_none'],
  ['an action chosen by the lead', 'override', LEAD, 'requester_may_not_approve'],
];

const cases = [
  ...ROWS.flatMap((row) => (['button', 'reply', 'command'] as const).map((surface) => [surface, ...row] as const)),
  ...OVERRIDES.flatMap((row) => (['reply', 'command'] as const).map((surface) => [surface, ...row] as const)),
];

/** What became of it: the entry's kind, or the refusal that the person read. */
async function outcome(stage: Stage, seeded: Seeded, before: number): Promise<string> {
  const added = (await stage.entries(seeded.caseId)).slice(before).map(({ body }) => body);
  expect(added.length).toBeLessThanOrEqual(1);
  const [body] = added;
  if (body === undefined) return 'nothing';
  return body.kind === 'refused' ? `refused: ${body.refusal}` : body.kind;
}

const EFFECTS = new Set(['approved', 'rejected', 'held', 'released']);
/** Refusals whose sentence is read by its beginning: the test would say nothing if it asked the same table. */
const SENTENCES: Record<string, RegExp> = {
  not_an_approver: /you are not named/,
  not_this_team: /only members of this workspace/,
  not_a_person: /bots, apps and workflows/,
  not_held: /it is not held/,
  needs_override: /does not pass/,
  nothing_passes: /no approval and no override passes/,
  needs_none: /it needs none/,
  already_held: /it is held already/,
  not_shown_yet: /has not confirmed the card/,
  closed: /the case is closed/,
  already_running: /sent to the executor already/,
  requester_may_not_approve: /you opened the case or chose its action/,
};

describe.each(cases)('by %s, in %s: %s by %s', (surface, story, kind, user, becomes) => {
  test(`is answered: ${becomes}`, async () => {
    const stage = await openStage();
    const { tell, story: told } = STORIES[story]!;
    const seeded = await stage.seed(tell, told);
    // A reply finds its case by the card's thread; the thread is known from the log.
    const before = (await stage.entries(seeded.caseId)).length;
    await say(stage, surface, seeded, kind, user);

    const found = await outcome(stage, seeded, before);
    if (EFFECTS.has(becomes)) {
      expect(found).toBe(becomes);
      const entry = (await stage.entries(seeded.caseId)).at(-1)!.body;
      expect(entry).toMatchObject({ by: user, via: surface, revision: 1 });
      if (entry.kind === 'approved') expect(entry.digest).toBe((await seeded.state()).revisions[0]?.gated?.digest);
      return;
    }
    expect(found).toMatch(/^(nothing|refused: )/);
    if (found !== 'nothing') expect(found).toBe(`refused: ${becomes}`);
    expect(await answersTo(stage, surface, user)).toMatch(SENTENCES[becomes]!);
  });
});

/** Everything this person, and nobody else, was told. */
async function answersTo(stage: Stage, surface: Surface, user: string): Promise<string> {
  const { slack, told } = stage;
  expect(slack.of('chat.update')).toEqual([]);
  expect(slack.of('chat.postMessage')).toEqual([]);
  expect(told.every((one) => one.user === user)).toBe(true);
  const text = surface === 'command' ? stage.heard.join(' ') : told.map((one) => one.text).join(' ');
  return text;
}

test('who is refused is sent to somebody who may, and not to the one who asked for it', async () => {
  const stage = await openStage();
  const seeded = await stage.seed((one) => one.decided(), { wrong: { contradictions: 2 }, chosenBy: LEAD });
  await say(stage, 'button', seeded, 'approve', VISITOR);
  expect(stage.told[0]?.text).toContain(`<@${ONCALL}>`);
  expect(stage.told[0]?.text).not.toContain(`<@${LEAD}>`);
});
