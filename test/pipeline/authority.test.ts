import { describe, expect, test } from 'vitest';
import { ApproverRule } from '../../contracts/config.ts';
import { grantsOf, whoMay } from '../../pipeline/authority.ts';

const rule = (change: Record<string, unknown>) => ApproverRule.parse(change);
const groups = new Map([['S1', ['U3', 'U4']]]);
const matter = { service: 'payments-api', severity: 'high' as const };
const may = (rules: ApproverRule[], user: string, about = matter) =>
  Object.entries(grantsOf(rules, user, groups, about))
    .filter(([, grant]) => grant !== null)
    .map(([right]) => right);

describe('a rule grants what it names, to whom it names', () => {
  test('no rule, or a rule without people, grants nobody anything', () => {
    expect(may([], 'U1')).toEqual([]);
    expect(may([rule({})], 'U1')).toEqual([]);
    expect(may([rule({ groups: ['S9'] })], 'U1')).toEqual([]);
  });

  test.each<[string, Record<string, unknown>, string, string[]]>([
    ['an empty list of kinds means all', { users: ['U1'] }, 'U1', ['approve', 'override', 'release']],
    ['a kind alone', { users: ['U1'], kinds: ['approve'] }, 'U1', ['approve']],
    ['somebody else', { users: ['U1'] }, 'U2', []],
    ['a member of the group', { groups: ['S1'], kinds: ['release'] }, 'U4', ['release']],
    ['another service', { users: ['U1'], services: ['billing-batch'] }, 'U1', []],
    ['this service', { users: ['U1'], services: ['payments-api'], kinds: ['approve'] }, 'U1', ['approve']],
    ['every service by star', { users: ['U1'], services: ['*'], kinds: ['approve'] }, 'U1', ['approve']],
    ['another severity', { users: ['U1'], severities: ['low'] }, 'U1', []],
    ['an id that only begins alike', { users: ['U12'] }, 'U1', []],
  ])('%s', (_claim, change, user, rights) => {
    expect(may([rule(change)], user)).toEqual(rights);
  });
});

test('the strictest quorum of all rules that cover the matter counts, so a lenient rule loosens nothing', () => {
  const rules = [
    rule({ users: ['U1', 'U2'], kinds: ['approve'], quorum: 2 }),
    rule({ users: ['U3'], kinds: ['approve'], quorum: 1 }),
  ];
  expect(grantsOf(rules, 'U3', groups, matter).approve?.quorum).toBe(2);
});

test('who may decide is everybody a rule covers, each once', () => {
  const rules = [
    rule({ users: ['U3', 'U1'], kinds: ['approve'] }),
    rule({ groups: ['S1'], kinds: ['approve'] }),
    rule({ users: ['U9'], kinds: ['override'] }),
  ];
  expect(whoMay(rules, 'approve', groups, matter)).toEqual(['U1', 'U3', 'U4']);
});
