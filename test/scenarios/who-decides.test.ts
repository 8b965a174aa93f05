import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DecisionKind } from '../../contracts/entry-words.ts';
import type { CaseState } from '../../pipeline/case-state.ts';
import { currentCard, currentRevision } from '../../pipeline/case-state.ts';
import { APPROVED, decide, effectsOf, openCase, refOf, seeThrough, stateOf, untilShown, untilTold } from '../fixtures/acts.ts';
import { openStage, type Stage } from '../fixtures/app.ts';
import { problemsOf } from '../fixtures/oracle.ts';

const CHANNEL = 'C0INCIDENTS';
const LEAD = 'U0000LEAD';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
}, 60_000);
afterAll(() => stage.close());

/** A case that waits for an approval, opened by somebody who may not give it. */
async function waiting(): Promise<CaseState> {
  const state = await untilShown(stage, await openCase(stage, APPROVED, 'oncall'));
  await untilTold(stage);
  return stateOf(stage, state.caseId);
}

const cardOf = async (state: CaseState): Promise<string> =>
  JSON.stringify((await stage.control.messages()).find(({ ts }) => ts === currentCard(state)?.ts)?.blocks);
const privately = async (user: string): Promise<number> =>
  (await stage.control.messages('channel=incidents')).filter(({ ephemeral_to }) => ephemeral_to === user).length;

describe('people without the right', () => {
  const KINDS: DecisionKind[] = ['approve', 'override', 'reject', 'release'];

  test.each(['visitor', 'guest'])(
    '%s decides nothing by button, reply or command, is told so privately, and the card stays as it is',
    async (user) => {
      const state = await waiting();
      const before = await cardOf(state);
      for (const kind of KINDS) {
        for (const by of ['button', 'command', 'reply'] as const) {
          const toldBefore = await privately(user);
          await decide(stage, state, kind, user, by);
          await stage.until(`${user} to be told about ${kind} by ${by}`, async () => (await privately(user)) > toldBefore, {
            limitMs: 8_000,
          });
        }
      }
      await untilTold(stage);
      const now = stateOf(stage, state.caseId);
      expect([now.status, now.lastAct], stage.report()).toEqual([state.status, state.lastAct]);
      expect(await cardOf(state)).toBe(before);
      expect(await effectsOf(stage, state.caseId)).toEqual([]);
      await seeThrough(stage, state.caseId);
    },
  );

  test('whoever opened the case does not approve it, on any surface', async () => {
    const state = await waiting();
    for (const by of ['button', 'command', 'reply'] as const) await decide(stage, state, 'approve', 'oncall', by);
    await stage.until(
      'the attempts to be refused',
      () => stage.log.kinds(state.caseId).filter((kind) => kind === 'refused').length === 3,
    );
    expect(stateOf(stage, state.caseId).status).toBe('pending_approval');
    await seeThrough(stage, state.caseId);
  });
});

describe('what is no decision', () => {
  let state: CaseState;
  beforeAll(async () => {
    state = await waiting();
  });

  async function changesNothing(): Promise<void> {
    await stage.until('the message to be dealt with', () => stage.control.idle());
    expect(stage.log.kinds(state.caseId), stage.report()).not.toContain('approved');
    expect(stateOf(stage, state.caseId).status).toBe('pending_approval');
  }

  test.each([
    ['a Cyrillic letter', '\u0410PPROVE'],
    ['wide letters', '\uff21\uff30\uff30\uff32\uff2f\uff36\uff25'],
    ['a zero-width space inside', 'APP\u200bROVE'],
    ['a right-to-left mark in front', '\u202eAPPROVE'],
    ['a word more', 'APPROVE please'],
    ['a word before', 'I APPROVE'],
    ['a mark behind', 'APPROVE!'],
    ['the past tense', 'APPROVED'],
    ['a quotation', '> APPROVE'],
    ['code', '`APPROVE`'],
    ['bold', '*APPROVE*'],
    ['two of them', 'APPROVE APPROVE'],
    ['a mention', 'APPROVE @governor'],
    ['spaced letters', 'A P P R O V E'],
  ])('a reply with %s decides nothing', async (_how, text) => {
    await stage.control.reply('lead', currentCard(state)?.ts ?? '', text);
    await changesNothing();
  });

  test('a reply that becomes APPROVE by an edit decides nothing', async () => {
    const { ts } = await stage.control.reply('lead', currentCard(state)?.ts ?? '', 'let me look');
    await stage.control.edit('lead', ts, 'APPROVE');
    await changesNothing();
  });

  test('APPROVE beside the thread, and in another thread, decides nothing', async () => {
    const { ts } = await stage.control.say('lead', 'APPROVE');
    await stage.control.reply('lead', ts, 'APPROVE');
    await changesNothing();
  });

  test('a bot decides nothing, and opens nothing', async () => {
    await stage.control.botPost('APPROVE', currentCard(state)?.ts ?? '');
    await changesNothing();
    const known = stage.log.states().length;
    await stage.control.botPost(`@governor ${APPROVED.service} low ${APPROVED.summary}`);
    await changesNothing();
    expect(stage.log.states()).toHaveLength(known);
  });

  test.each([
    ['a bot that writes in a person’s name', { bot_id: 'B0DEPLOYB' }],
    ['a reply that is also sent to the channel', { subtype: 'thread_broadcast' }],
    ['a message of another team', { team: 'T0STRANGER', user_team: 'T0STRANGER', source_team: 'T0STRANGER' }],
    ['an edited message', { edited: { user: LEAD, ts: '1.000000' } }],
  ])('an event of %s decides nothing', async (_how, forged) => {
    const thread_ts = currentCard(state)?.ts ?? '';
    const ts = `${(Date.now() / 1_000).toFixed(3)}999`;
    await stage.control.event({ type: 'message', channel: CHANNEL, user: LEAD, text: 'APPROVE', ts, thread_ts, ...forged });
    await changesNothing();
  });

  test('a reaction decides nothing', async () => {
    const item = { type: 'message', channel: CHANNEL, ts: currentCard(state)?.ts };
    await stage.control.event({ type: 'reaction_added', user: LEAD, reaction: 'white_check_mark', item, event_ts: '1.000000' });
    await changesNothing();
  });

  test('after all of that a plain reply of the lead still counts, in any case and with space around', async () => {
    await stage.control.reply('lead', currentCard(state)?.ts ?? '', '  approve ');
    await stage.until('the approval', () => stage.log.kinds(state.caseId).includes('approved'));
    expect((await seeThrough(stage, state.caseId)).status).toBe('resolved');
  });
});

describe('an approval is bound to its evidence', () => {
  test('documents loaded after the card: the old button runs nothing, a new card shows the difference, and its approval runs', async () => {
    const state = await waiting();
    const file = join(stage.home, 'against.json');
    const text = 'After the failover of the inventory database writes were lost, because the replica had fallen behind.';
    const evidence = ['ev-late-1', 'ev-late-2'].map((id) => ({
      id,
      service: APPROVED.service,
      stance: 'contradict',
      actions: ['failover_database'],
      text: `${id}: ${text}`,
    }));
    writeFileSync(file, JSON.stringify({ evidence }));
    await stage.cli('load', '--data', file);

    await decide(stage, state, 'approve', 'lead', 'button');
    const asked = await stage.until('a new card', () => {
      const now = stateOf(stage, state.caseId);
      return currentRevision(now)?.revision === 2 && now.status === 'pending_approval' && currentCard(now)?.decisionShown
        ? now
        : undefined;
    });
    await stage.control.click('lead', currentCard(state)?.ts ?? '', 'approve', refOf(state));
    await stage.control.reply('lead', currentCard(state)?.ts ?? '', 'APPROVE');
    await untilTold(stage);

    expect(await effectsOf(stage, state.caseId), stage.report()).toEqual([]);
    expect(currentRevision(asked)?.planned.differences.join(' ')).toContain('ev-late-1');
    expect(await cardOf(asked)).toContain('ev-late-1');
    await decide(stage, asked, 'approve', 'lead', 'button');
    expect((await seeThrough(stage, state.caseId)).status, stage.report()).toBe('resolved');
    expect(await effectsOf(stage, state.caseId)).toHaveLength(1);
  });
});

test('and no execution of all these was unsafe', async () => {
  await untilTold(stage);
  expect(await problemsOf(stage), stage.report()).toEqual([]);
});
