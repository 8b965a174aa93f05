import { describe, expect, test } from 'vitest';
import type { ApproverRule } from '../../contracts/config.ts';
import type { EntryBody } from '../../contracts/entry.ts';
import { SWITCH_LOG } from '../../contracts/entry.ts';
import type { CaseState } from '../../pipeline/case-state.ts';
import { GENESIS, seal } from '../../pipeline/chain.ts';
import { fallenConsents } from '../../pipeline/consents-now.ts';
import { fallenRelease, listedKey, mayResume, NO_GROUPS } from '../../pipeline/personal-keys.ts';
import { advanceSwitch, SWITCH_ON } from '../../pipeline/preconditions.ts';
import { aCase, type TestCase } from '../fixtures/a-case.ts';
import { aKeyHolder, type KeyHolder, listing, onCommandLine, placeOf } from '../fixtures/personal.ts';

const lead = aKeyHolder('U0000LEAD');
const oncall = aKeyHolder('U00ONCALL');
const stranger = aKeyHolder('U0STRANGER');
const approveOnly = listing([oncall], { kinds: ['approve'] });
const RULES: readonly ApproverRule[] = [listing([lead]), approveOnly];

describe('whose key it is', () => {
  test('says the config, in whatever rule it stands and however its base64 is padded', () => {
    expect(listedKey(RULES, lead.publicKey)).toEqual({ name: lead.listing.name, user: 'U0000LEAD' });
    expect(listedKey(RULES, oncall.publicKey)).toMatchObject({ user: 'U00ONCALL' });
    const unpadded = { ...lead.listing, public_key: lead.publicKey.slice(0, -1) };
    expect(listedKey([{ ...listing([]), keys: [unpadded] }], lead.publicKey)).toMatchObject({ user: 'U0000LEAD' });
    expect(listedKey(RULES, stranger.publicKey)).toBeNull();
    expect(listedKey([], lead.publicKey)).toBeNull();
  });
});

const blocked = (): TestCase => aCase({ wrong: { contradictions: 2 } }).decided();
const current = (state: CaseState) => state.revisions.at(-1)!;

/** The case after this person approved it on the command line with this key. */
function approvedWith(holder: KeyHolder, by = holder.user, as: 'approve' | 'override' = 'approve'): TestCase {
  const told = blocked();
  return told.add(holder.signer.sign(placeOf(told), onCommandLine.approved(told, by, { as })));
}

describe('an approval of the command line', () => {
  test('counts like any other in the case, and names its key', () => {
    const { now } = approvedWith(lead);
    expect(now).toMatchObject({ status: 'ready_to_execute', lastAct: { kind: 'approved', by: 'U0000LEAD' } });
    expect(current(now)).toMatchObject({
      approved: true,
      approvals: [{ by: 'U0000LEAD', via: 'cli', key: { name: lead.listing.name, publicKey: lead.publicKey } }],
    });
  });

  test.each<[string, (told: TestCase) => EntryBody]>([
    ['without a signature', (told) => onCommandLine.approved(told, 'U0000LEAD')],
    [
      'with the signature of another case',
      (told) => lead.signer.sign({ ...placeOf(told), case_id: 'case-0002' }, onCommandLine.approved(told, 'U0000LEAD')),
    ],
    [
      'with the signature of an entry before',
      (told) =>
        lead.signer.sign({ ...placeOf(told), prev_hash: told.entries[2]!.hash }, onCommandLine.approved(told, 'U0000LEAD')),
    ],
    [
      'altered after it was signed',
      (told) => ({ ...lead.signer.sign(placeOf(told), onCommandLine.approved(told, 'U0000LEAD', { needed: 2 })), needed: 1 }),
    ],
    [
      'signed for somebody else’s name',
      (told) => ({ ...stranger.signer.sign(placeOf(told), onCommandLine.approved(told, 'U0STRANGER')), by: 'U0000LEAD' }),
    ],
  ])('%s changes nothing: no status, no note, no card', (_claim, forge) => {
    const told = blocked();
    const before = told.now;
    const { now } = told.add(forge(told));
    const { seq, hash, lastAt, ...rest } = now;
    expect({ ...rest, seq: before.seq, hash: before.hash, lastAt: before.lastAt }).toEqual(before);
    expect([seq, hash !== before.hash]).toEqual([before.seq + 1, true]);
  });

  test.each<[string, () => TestCase, readonly ApproverRule[], RegExp | null]>([
    ['of a listed key stands', () => approvedWith(lead), RULES, null],
    [
      'stands after its key was listed under another name',
      () => approvedWith(lead),
      [{ ...listing([]), keys: [{ ...lead.listing, name: 'new' }] }],
      null,
    ],
    [
      'falls with its key',
      () => approvedWith(lead),
      [approveOnly],
      /^the approval of U0000LEAD was signed with the key “laptop of U0000LEAD”, which/,
    ],
    ['falls where nobody is listed at all', () => approvedWith(lead), [], /does not list for them/],
    ['of a key that never was listed falls', () => approvedWith(stranger), RULES, /laptop of U0STRANGER/],
    ['in somebody else’s name falls', () => approvedWith(oncall, 'U0000LEAD'), RULES, /laptop of U00ONCALL/],
    ['falls with the right', () => approvedWith(oncall), [listing([oncall], { services: ['other'] })], /no such right any more/],
    [
      'as an override takes the override right',
      () => approvedWith(oncall, 'U00ONCALL', 'override'),
      RULES,
      /^the override of U00ONCALL .*no such right/,
    ],
  ])('%s', (_claim, tell, rules, why) => {
    const { now } = tell();
    const fallen = fallenConsents(current(now), now, { rules, groups: NO_GROUPS, persons: new Map(), ownTeam: 'T1' });
    expect(fallen).toEqual(why === null ? [] : [expect.stringMatching(why)]);
  });
});

describe('a release of the command line', () => {
  const held = (): TestCase => blocked().by('held', 'U0VISITOR');
  const releasedWith = (holder: KeyHolder): TestCase => {
    const told = held();
    return told.add(holder.signer.sign(placeOf(told), onCommandLine.stop(told, 'released', holder.user)));
  };

  test('counts with a good signature, and without one everything stays held', () => {
    expect(releasedWith(lead).now).toMatchObject({
      held: false,
      released: { by: 'U0000LEAD', key: { publicKey: lead.publicKey } },
    });
    const told = held();
    expect(told.add(onCommandLine.stop(told, 'released', 'U0000LEAD')).now).toMatchObject({ held: true, status: 'held' });
  });

  test.each<[string, () => TestCase, string | null]>([
    ['stands', () => releasedWith(lead), null],
    ['falls without the right to release', () => releasedWith(oncall), 'the release of U00ONCALL was signed by somebody'],
    ['falls with a key that is not listed', () => releasedWith(stranger), 'the release of U0STRANGER was signed with the key'],
    ['that was none, because nothing was held, falls by nothing', () => blocked(), null],
    ['in Slack asks for no key', () => held().by('released'), null],
    ['is forgotten with the next hold', () => releasedWith(stranger).by('held'), null],
  ])('%s', (_claim, tell, why) => {
    const fallen = fallenRelease(tell().now, RULES);
    expect(fallen).toEqual(why === null ? null : expect.stringContaining(why));
  });

  test('that stops counts without: a hold and a rejection need nobody’s key', () => {
    const told = blocked();
    expect(told.add(onCommandLine.stop(told, 'held', 'U0000LEAD')).now.status).toBe('held');
    expect(told.add(onCommandLine.stop(told, 'rejected', 'U0000LEAD')).now.status).toBe('rejected');
  });
});

describe('the switch', () => {
  type Resumed = Extract<EntryBody, { kind: 'resumed' }>;
  const AT = '2026-11-22T08:00:00.000Z';
  const paused = seal(
    {
      case_id: SWITCH_LOG,
      entry_id: crypto.randomUUID(),
      at: AT,
      body: { kind: 'paused', by: 'cli:ops', via: 'cli', reason: 'a change window' },
    },
    0,
    GENESIS,
  );
  const place = { case_id: SWITCH_LOG, prev_hash: paused.hash };
  const resumed = (by: string, via: Resumed['via'] = 'cli'): Resumed => ({ kind: 'resumed', by, via, reason: null });
  const behind = (body: EntryBody) => seal({ case_id: SWITCH_LOG, entry_id: crypto.randomUUID(), at: AT, body }, 1, paused.hash);

  test.each<[string, EntryBody, boolean]>([
    ['a listed key with the override right resumes', lead.signer.sign(place, resumed('U0000LEAD')), true],
    ['Slack’s word needs no key', resumed('U0000LEAD', 'command'), true],
    ['no signature leaves it paused', resumed('U0000LEAD'), false],
    ['a key without the override right leaves it paused', oncall.signer.sign(place, resumed('U00ONCALL')), false],
    ['a key that is not listed leaves it paused', stranger.signer.sign(place, resumed('U0STRANGER')), false],
    ['a listed key in another name leaves it paused', oncall.signer.sign(place, resumed('U0000LEAD')), false],
    [
      'the signature of an earlier resume leaves it paused',
      lead.signer.sign({ ...place, prev_hash: GENESIS }, resumed('U0000LEAD')),
      false,
    ],
    [
      'the signature of a case leaves it paused',
      lead.signer.sign({ ...place, case_id: 'case-0001' }, resumed('U0000LEAD')),
      false,
    ],
    ['an altered reason leaves it paused', { ...lead.signer.sign(place, resumed('U0000LEAD')), reason: 'other' }, false],
  ])('%s', (_claim, body, counts) => {
    const entry = behind(body);
    expect(mayResume(entry, RULES)).toBe(counts);
    const state = [paused, entry].reduce((before, one) => advanceSwitch(before, one, (it) => mayResume(it, RULES)), SWITCH_ON);
    expect(state.paused).toBe(!counts);
    if (!counts) expect(state.reason).toMatch(/^the resume of U\w+ does not count/);
  });

  test('nothing else resumes, and a resume that does not count pauses nothing', () => {
    expect(mayResume(paused, RULES)).toBe(false);
    const alone = seal({ case_id: SWITCH_LOG, entry_id: crypto.randomUUID(), at: AT, body: resumed('U0000LEAD') }, 0, GENESIS);
    expect(advanceSwitch(SWITCH_ON, alone, () => false)).toEqual(SWITCH_ON);
  });
});
