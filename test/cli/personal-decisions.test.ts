import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CaseState } from '../../pipeline/case-state.ts';
import { currentRevision } from '../../pipeline/case-state.ts';
import { APPROVED, effectsOf, openCase, SELF_RUNNING, seeThrough, stateOf, untilShown, untilTold } from '../fixtures/acts.ts';
import { openStage, type Stage } from '../fixtures/app.ts';
import { problemsOf } from '../fixtures/oracle.ts';
import { aKeyHolder, listing, SOON_MS, waitedMs } from '../fixtures/personal.ts';
import { type Answer, governor } from './governor.ts';

const lead = aKeyHolder('U0000LEAD');
const oncall = aKeyHolder('U00ONCALL');
const stranger = aKeyHolder('U0STRANGER');
const APPROVERS = [listing([lead], { users: ['U0000LEAD'] }), listing([oncall], { kinds: ['approve'] })];
const CRITICAL = {
  service: 'checkout-web',
  severity: 'critical',
  summary: 'checkout errors for all users right after the release',
};

let stage: Stage;
let keys: Record<'lead' | 'oncall' | 'stranger', string>;
beforeAll(async () => {
  stage = await openStage({ config: { approvers: APPROVERS } });
  const file = (name: string): string => join(stage.home, `${name}.key`);
  keys = { lead: lead.save(file('lead')), oncall: oncall.save(file('oncall')), stranger: stranger.save(file('stranger')) };
}, 60_000);
afterAll(() => stage.close());

const configFile = (): string => join(stage.home, 'governor.config.json');
const run = (...args: string[]): Promise<Answer> =>
  governor(args, { env: { GOVERNOR_HOME: stage.home, GOVERNOR_CONFIG: configFile() } });
const jsonOf = ({ out }: Answer): Record<string, unknown> => JSON.parse(out);
const digestOf = (state: CaseState): string => currentRevision(state)?.gated?.digest ?? '';
const kindsOf = (caseId: string): string[] => stage.log.kinds(caseId);

const shownCase = async (told = APPROVED): Promise<CaseState> => untilShown(stage, await openCase(stage, told));
const untilStatus = (caseId: string, ...wanted: CaseState['status'][]): Promise<CaseState> =>
  stage.until(`${caseId} to be ${wanted.join(' or ')}`, () => {
    const state = stage.log.state(caseId);
    return state !== undefined && wanted.includes(state.status) ? state : undefined;
  });

describe('beside the app that runs', () => {
  test('an approval prints what it is about, is recorded signed, and the app goes on with it', async () => {
    const state = await shownCase();
    const { caseId } = state;
    const { code, out, err } = await run('approve', caseId, 'looked', 'at', 'it', '--yes', '--key', keys.lead);
    expect(code).toBe(0);
    expect(out).toBe(`APPROVE for ${caseId} is recorded. It runs after a last check of the evidence.\n`);
    for (const part of [caseId, 'inventory-db, high', 'action', 'parameters', 'reasons', digestOf(state).slice(0, 12)])
      expect(err).toContain(part);
    expect(err).not.toContain(digestOf(state));

    expect((await seeThrough(stage, caseId)).status).toBe('resolved');
    expect(await effectsOf(stage, caseId)).toHaveLength(1);
    expect(waitedMs(stage, caseId)).toBeLessThan(SOON_MS);
    const approved = stage.log.entriesOf(caseId).find(({ body }) => body.kind === 'approved')?.body;
    expect(approved).toMatchObject({
      by: 'U0000LEAD',
      via: 'cli',
      reason: 'looked at it',
      digest: digestOf(state),
      signed: { key_name: lead.listing.name, public_key: lead.publicKey },
    });
    const card = await stage.control.messages('channel=incidents');
    expect(JSON.stringify(card)).toContain('on the command line');
  }, 60_000);

  test('--digest pins it: another plan is refused and recorded so, the one that was read is approved', async () => {
    const state = await shownCase();
    const { caseId } = state;
    const digest = digestOf(state);
    const wrong = await run('approve', caseId, '--digest', '0123456789ab', '--key', keys.lead, '--json');
    expect(wrong.code).toBe(1);
    expect(jsonOf(wrong)).toEqual({
      case_id: caseId,
      recorded: false,
      refusal: 'plan_changed',
      sentence: expect.stringContaining('the plan is no longer the one you saw'),
      state: 'pending_approval',
      digest,
    });
    expect(stage.log.entriesOf(caseId).at(-1)?.body).toMatchObject({
      kind: 'refused',
      refusal: 'plan_changed',
      via: 'cli',
      by: 'U0000LEAD',
    });

    const right = await run('approve', caseId, '--digest', digest.slice(0, 12).toUpperCase(), '--key', keys.lead, '--json');
    expect(right.code).toBe(0);
    expect(jsonOf(right)).toMatchObject({ case_id: caseId, recorded: true, refusal: null, digest });
    expect((await seeThrough(stage, caseId)).status).toBe('resolved');
  }, 60_000);

  test('APPROVE on a critical case is refused in the words of every surface; an override with a reason runs it', async () => {
    const { caseId } = await shownCase(CRITICAL);
    const refused = await run('approve', caseId, '--yes', '--key', keys.lead, '--json');
    expect(refused.code).toBe(1);
    expect(jsonOf(refused)).toMatchObject({ recorded: false, refusal: 'needs_override' });
    expect(String(jsonOf(refused).sentence)).toMatch(
      /^Your APPROVE for \S+ was not counted: APPROVE does not pass .*FORCE_OVERRIDE with a reason does\. @U0000LEAD may override it\.$/,
    );
    expect(kindsOf(caseId).filter((kind) => kind === 'refused')).toHaveLength(1);

    const others = await run('override', caseId, 'no right', '--yes', '--key', keys.oncall, '--json');
    expect(jsonOf(others)).toMatchObject({ recorded: false, refusal: 'not_an_approver' });
    const done = await run('override', caseId, 'the DBA agrees', '--yes', '--key', keys.lead, '--json');
    expect(jsonOf(done)).toMatchObject({ recorded: true });
    await stage.until('the override to run', async () => (await effectsOf(stage, caseId)).length === 1);
  }, 60_000);

  test('one holds, another rejects, and whoever has no key that is listed does nothing', async () => {
    const { caseId } = await shownCase();
    expect((await run('hold', caseId, 'wait for me', '--key', keys.oncall)).code).toBe(0);
    expect((await untilStatus(caseId, 'held')).lastAct).toMatchObject({ by: 'U00ONCALL', reason: 'wait for me' });
    const none = await run('release', caseId, '--key', keys.oncall, '--json');
    expect([none.code, jsonOf(none).refusal]).toEqual([1, 'not_an_approver']);
    expect(jsonOf(await run('release', caseId, '--key', keys.stranger, '--json'))).toMatchObject({
      recorded: false,
      refusal: 'bad_signature',
      sentence: expect.stringContaining('does not fit any key in the approver config'),
    });
    expect(stage.log.entriesOf(caseId).at(-1)?.body).toMatchObject({ kind: 'refused', by: `key:${stranger.publicKey}` });
    expect((await run('release', caseId, '--key', keys.lead)).code).toBe(0);
    await untilStatus(caseId, 'pending_approval');
    expect((await run('reject', caseId, 'not today', '--key', keys.oncall)).code).toBe(0);
    expect((await untilStatus(caseId, 'rejected')).lastAct).toMatchObject({ by: 'U00ONCALL', reason: 'not today' });
    expect(await effectsOf(stage, caseId)).toEqual([]);
    const late = await run('approve', caseId, '--yes', '--key', keys.lead, '--json');
    expect([late.code, jsonOf(late).refusal]).toEqual([1, 'closed']);
  }, 60_000);

  test('a case that is not there is bad news, and a secret in a reason is not kept', async () => {
    const missing = await run('hold', 'inc-0000000000000', '--key', keys.lead, '--json');
    expect([missing.code, jsonOf(missing)]).toMatchObject([
      1,
      { recorded: false, refusal: 'unknown_case', state: null, digest: null },
    ]);
    const { caseId } = await shownCase();
    await run('reject', caseId, 'token', 'xoxb-123456789012-123456789012-abcdefghijklmnopqrstuvwx', '--key', keys.lead);
    expect(JSON.stringify(stage.log.entriesOf(caseId))).not.toContain('xoxb-1234');
  }, 60_000);

  test('resume takes the key of somebody who may override, and what waited goes on', async () => {
    await run('pause', 'a change window');
    const caseId = await openCase(stage, SELF_RUNNING);
    await stage.until('it to wait for the pause to end', () => stage.log.state(caseId)?.waiting?.for === 'paused');
    for (const [file, refusal] of [
      [keys.oncall, 'not_an_approver'],
      [keys.stranger, 'bad_signature'],
    ] as const) {
      const answer = await run('resume', '--key', file, '--json');
      expect([answer.code, jsonOf(answer)]).toMatchObject([1, { resumed: false, refusal }]);
    }
    expect(stage.log.state(caseId)?.status).toBe('ready_to_execute');
    const { code, out } = await run('resume', 'the window is over', '--key', keys.lead);
    expect({ code, out }).toEqual({ code: 0, out: 'Resumed by @U0000LEAD. Cases that are ready go on after a last check.\n' });
    expect((await seeThrough(stage, caseId)).status).toBe('resolved');
  }, 60_000);

  test('what a case has taught is accepted by an approver’s key, once', async () => {
    const caseId = await openCase(stage, SELF_RUNNING);
    const { learned } = await seeThrough(stage, caseId);
    const id = learned?.runbookId ?? '';
    const refused = await run('runbooks', 'accept', id, '--key', keys.stranger, '--json');
    expect([refused.code, jsonOf(refused)]).toMatchObject([1, { recorded: false, refusal: 'bad_signature' }]);
    const accepted = await run('runbooks', 'accept', id, '--key', keys.oncall, '--json');
    expect(accepted.code).toBe(0);
    expect(jsonOf(accepted)).toMatchObject({ id, case_id: caseId, decision: 'accepted', recorded: true, refusal: null });
    expect(accepted.err).toContain(learned?.title);
    await stage.until('the library to have it accepted', async () => {
      const [runbook] = await stage.store.library.get([id]);
      return runbook?.kind === 'runbook' && runbook.status === 'accepted' && runbook.accepted_by === 'U00ONCALL';
    });
    expect(stateOf(stage, caseId).learned?.decision).toBe('accepted');
    const again = await run('runbooks', 'discard', id, '--key', keys.lead, '--json');
    expect([again.code, jsonOf(again).refusal]).toEqual([1, 'not_offered']);
    expect(await run('runbooks', 'accept', 'rb-nothing', '--key', keys.lead)).toMatchObject({
      code: 1,
      err: expect.stringContaining('governor runbooks list'),
    });
  }, 60_000);

  test('the audit finds every signature good', async () => {
    const { code, out } = await run('audit', 'verify');
    expect(code).toBe(0);
    expect(out).toMatch(/\n\d+ decisions signed with a personal key\./);
    expect(out).not.toContain('NOTE');
    await untilTold(stage);
    expect(await problemsOf(stage), stage.report()).toEqual([]);
  }, 60_000);
});

describe('while no app runs', () => {
  const stopApp = async (): Promise<void> => {
    for (const app of stage.apps()) await app.end('SIGKILL');
  };

  test('an approval is recorded, and the next start goes on with it', async () => {
    const { caseId } = await shownCase();
    await stopApp();
    expect((await run('approve', caseId, '--yes', '--key', keys.lead)).code).toBe(0);
    expect(stateOf(stage, caseId).status).toBe('ready_to_execute');
    expect(await effectsOf(stage, caseId)).toEqual([]);
    await stage.startApp();
    expect((await seeThrough(stage, caseId)).status).toBe('resolved');
    expect(await effectsOf(stage, caseId)).toHaveLength(1);
  }, 90_000);

  test('a key that was taken out of the config before the start lets nothing run that it had approved', async () => {
    const { caseId } = await shownCase();
    await stopApp();
    expect((await run('approve', caseId, '--yes', '--key', keys.lead)).code).toBe(0);
    const config = JSON.parse(readFileSync(configFile(), 'utf8'));
    writeFileSync(configFile(), JSON.stringify({ ...config, approvers: [{ users: ['U0000LEAD'] }, APPROVERS[1]] }));
    await stage.startApp();
    const asked = await stage.until('a new revision to ask people again', () => {
      const state = stage.log.state(caseId);
      return state?.revisions.length === 2 && state.cards[2]?.decisionShown ? state : undefined;
    });
    expect(asked.status).toBe('pending_approval');
    expect(await effectsOf(stage, caseId)).toEqual([]);
    expect(JSON.stringify(await stage.control.messages('channel=incidents'))).toContain(
      'which the approver config does not list',
    );

    const { code, out } = await run('audit', 'verify');
    expect(code).toBe(0);
    expect(out).toMatch(/^NOTE .*the key “laptop of U0000LEAD” of U0000LEAD is not in the approver config any more$/m);
    await run('reject', caseId, '--key', keys.oncall);
    await untilStatus(caseId, 'rejected');
  }, 90_000);
});
