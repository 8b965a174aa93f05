import { describe, expect, test } from 'vitest';
import { ApproverRule } from '../../contracts/config.ts';
import { type Electorate, electorateOf, fallenConsents } from '../../pipeline/consents-now.ts';
import type { People } from '../../pipeline/decisions.ts';
import type { Person } from '../../pipeline/ports.ts';
import { aCase, type TestCase } from '../fixtures/a-case.ts';

const LEAD = 'U0000LEAD';
const OTHER = 'U0000OTHER';
const TEAM = 'T1';
const rule = (change: Record<string, unknown>): ApproverRule => ApproverRule.parse(change);
const aPerson = (id: string, change: Partial<Person> = {}): Person => ({
  id,
  teamId: TEAM,
  isBot: false,
  deleted: false,
  name: id,
  ...change,
});

const around = (rules: readonly ApproverRule[], change: Partial<Electorate> = {}): Electorate => ({
  rules,
  groups: new Map(),
  persons: new Map([LEAD, OTHER].map((id) => [id, aPerson(id)])),
  ownTeam: TEAM,
  ...change,
});
const who = (person: Person | null): Partial<Electorate> => ({ persons: new Map([[LEAD, person]]) });

const blocked = (): TestCase => aCase({ wrong: { contradictions: 2 } }).decided();
const fallenIn = ({ now }: TestCase, electorate: Electorate): string[] => fallenConsents(now.revisions.at(-1)!, now, electorate);

describe('a consent stands', () => {
  test.each<[string, readonly ApproverRule[], Partial<Electorate>]>([
    ['of somebody whom a rule names', [rule({ users: [LEAD] })], {}],
    ['of a member of a named group', [rule({ groups: ['S1'] })], { groups: new Map([['S1', [LEAD]]]) }],
    ['by another rule than the one of its time', [rule({ users: [OTHER] }), rule({ users: [LEAD], kinds: ['approve'] })], {}],
  ])('%s', (_claim, rules, change) => {
    expect(fallenIn(blocked().approved(LEAD), around(rules, change))).toEqual([]);
  });

  test('of nobody where nobody had to consent', () => {
    expect(fallenIn(aCase().decided(), around([]))).toEqual([]);
  });

  test('of two where two are asked for', () => {
    const told = blocked().approved(LEAD, 'approve', 1, 2).approved(OTHER, 'approve', 2, 2);
    expect(fallenIn(told, around([rule({ users: [LEAD, OTHER], quorum: 2 })]))).toEqual([]);
  });

  test('where an override asks for fewer people than an approval, in the order in which they came', () => {
    const rules = [
      rule({ users: [LEAD], kinds: ['override'], quorum: 3 }),
      rule({ users: [OTHER], kinds: ['approve'], quorum: 2 }),
    ];
    const told = blocked().approved(LEAD, 'override', 1, 3).approved(OTHER, 'approve', 2, 2);
    expect(told.now.status).toBe('ready_to_execute');
    expect(fallenIn(told, around(rules))).toEqual([]);
  });
});

describe('a consent falls', () => {
  const lead = [rule({ users: [LEAD] })];
  test.each<[string, readonly ApproverRule[], Partial<Electorate>, RegExp]>([
    ['with the rule', [], {}, /no such right/],
    ['with the name in the rule', [rule({ users: [OTHER] })], {}, /no such right/],
    ['with the kind of right', [rule({ users: [LEAD], kinds: ['override'] })], {}, /no such right/],
    ['with the service', [rule({ users: [LEAD], services: ['another'] })], {}, /no such right/],
    ['with the membership', [rule({ groups: ['S1'] })], { groups: new Map([['S1', [OTHER]]]) }, /no such right/],
    ['with the account', lead, who(aPerson(LEAD, { deleted: true })), /no active person/],
    ['where the account is a bot’s', lead, who(aPerson(LEAD, { isBot: true })), /no active person/],
    ['where it is of another workspace', lead, who(aPerson(LEAD, { teamId: 'T2' })), /no active person/],
    ['where Slack knows nobody of that id', lead, who(null), /no active person/],
  ])('%s', (_claim, rules, change, why) => {
    expect(fallenIn(blocked().approved(LEAD), around(rules, change))).toEqual([
      expect.stringMatching(new RegExp(`^the approval of ${LEAD} .*${why.source}`)),
    ]);
  });

  test('of whoever opened the case, where a rule no longer lets them', () => {
    const told = blocked();
    const opener = told.now.incident.opened_by;
    const persons = new Map([[opener, aPerson(opener)]]);
    const own = (may: boolean) => around([rule({ users: [opener], may_approve_own: may })], { persons });
    expect(fallenIn(told.approved(opener), own(true))).toEqual([]);
    expect(fallenIn(told, own(false))).toEqual([expect.stringContaining('asked for it themselves')]);
  });

  test('where nothing passes at all: such an approval was never asked for', () => {
    const told = aCase({ absolute: true, wrong: { policy_conflicts: ['pol-abs'] } })
      .decided()
      .approved(LEAD);
    expect(fallenIn(told, around(lead))).toEqual([expect.stringContaining('nobody can let this plan run')]);
  });

  test('together where the quorum was raised', () => {
    const electorate = around([rule({ users: [LEAD, OTHER], quorum: 2 })]);
    expect(fallenIn(blocked().approved(LEAD), electorate)).toEqual(['2 people have to agree by now, and 1 did']);
  });

  test('and the others with it are asked anew, named or not', () => {
    const told = blocked().approved(LEAD, 'approve', 1, 2).approved(OTHER, 'approve', 2, 2);
    const fallen = fallenIn(told, around([rule({ users: [OTHER], quorum: 1 })]));
    expect(fallen).toEqual([expect.stringContaining(LEAD)]);
  });
});

describe('who is asked about', () => {
  const asking = (): { people: People; asked: string[] } => {
    const asked: string[] = [];
    const people: People = {
      ownTeam: () => TEAM,
      async person(id) {
        asked.push(id);
        return aPerson(id);
      },
      async groups() {
        asked.push('groups');
        return new Map();
      },
    };
    return { people, asked };
  };

  test('nobody where nobody consented in Slack', async () => {
    const { people, asked } = asking();
    expect((await electorateOf(aCase().decided().now.revisions[0]!, people, [])).persons.size).toBe(0);
    expect(asked).toEqual([]);
  });

  test('everybody who consented, and the groups', async () => {
    const { people, asked } = asking();
    const told = blocked().approved(LEAD, 'approve', 1, 2).approved(OTHER, 'approve', 2, 2);
    const { persons } = await electorateOf(told.now.revisions[0]!, people, []);
    expect([...persons.keys()]).toEqual([LEAD, OTHER]);
    expect(asked).toEqual(['groups', LEAD, OTHER]);
  });
});
