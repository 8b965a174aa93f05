/** The people, bots, channels and groups of the workspace. The ids are fixed, so configurations and tests can name them. */
export const TEAM = { id: 'T0SANDBOX', name: 'Sandbox', domain: 'sandbox' } as const;
export const STRANGER_TEAM = { id: 'T0STRANGER', name: 'Stranger', domain: 'stranger' } as const;
export const APP_ID = 'A0GOVERNOR';

export type Account = {
  id: string;
  /** What the control API and the page call the account. */
  name: string;
  realName: string;
  title: string;
  teamId: string;
  /** A colour for the page's avatar. */
  tint: string;
  bot?: { id: string; appId: string };
};

export const GOVERNOR: Account & { bot: { id: string; appId: string } } = {
  id: 'U0GOVERNOR',
  name: 'governor',
  realName: 'Governor',
  title: 'Stands between plans and production',
  teamId: TEAM.id,
  tint: '#4a154b',
  bot: { id: 'B0GOVERNOR', appId: APP_ID },
};

export const ACCOUNTS: readonly Account[] = [
  { id: 'U00ONCALL', name: 'oncall', realName: 'Noor Haddad', title: 'On call: may approve', teamId: TEAM.id, tint: '#1264a3' },
  {
    id: 'U0000LEAD',
    name: 'lead',
    realName: 'Ilse Brandt',
    title: 'Incident lead: may also override and release',
    teamId: TEAM.id,
    tint: '#007a5a',
  },
  {
    id: 'U0VISITOR',
    name: 'visitor',
    realName: 'Tomas Rey',
    title: 'Colleague from another team: may do neither',
    teamId: TEAM.id,
    tint: '#b25f00',
  },
  {
    id: 'U0000GUEST',
    name: 'guest',
    realName: 'Ada Quill',
    title: 'guest from another company',
    teamId: STRANGER_TEAM.id,
    tint: '#8a3ffc',
  },
  {
    id: 'U0DEPLOYB',
    name: 'deploybot',
    realName: 'Deploy Bot',
    title: 'Another app of this workspace',
    teamId: TEAM.id,
    tint: '#616061',
    bot: { id: 'B0DEPLOYB', appId: 'A0DEPLOYB' },
  },
  GOVERNOR,
];

export type Channel = {
  id: string;
  name: string;
  topic: string;
  /** User ids; the app's bot receives events only where it is one of them. */
  members: readonly string[];
  isIm: boolean;
};

const PEOPLE = ACCOUNTS.filter((account) => account.bot === undefined && account.teamId === TEAM.id).map((account) => account.id);

export const CHANNELS: readonly Channel[] = [
  {
    id: 'C0INCIDENTS',
    name: 'incidents',
    topic: 'Incidents and what is done about them',
    members: [...PEOPLE, 'U0000GUEST', 'U0DEPLOYB', GOVERNOR.id],
    isIm: false,
  },
  { id: 'C0000GENERAL', name: 'general', topic: 'Everything else', members: [...PEOPLE, 'U0DEPLOYB'], isIm: false },
  {
    id: 'C0000DEPLOY',
    name: 'deploys',
    topic: 'What goes out, and when',
    members: [...PEOPLE, 'U0DEPLOYB', GOVERNOR.id],
    isIm: false,
  },
];

export const USER_GROUPS = [
  { id: 'S0000SRES', handle: 'sre', name: 'Site reliability', users: ['U00ONCALL', 'U0000LEAD'] },
] as const;

export function accountOf(nameOrId: string): Account | undefined {
  const wanted = nameOrId.replace(/^@/, '');
  return ACCOUNTS.find((account) => account.id === wanted || account.name === wanted);
}

export function nameOf(userId: string): string {
  return accountOf(userId)?.name ?? userId;
}

/** A channel by id or name, or the direct conversation of the bot with a user (`D…`, `U…` or `@name`). */
export function channelOf(nameOrId: string): Channel | undefined {
  const wanted = nameOrId.replace(/^#/, '');
  const channel = CHANNELS.find((candidate) => candidate.id === wanted || candidate.name === wanted);
  if (channel !== undefined) return channel;
  const account = wanted.startsWith('D') ? accountOf(`U${wanted.slice(1)}`) : accountOf(wanted);
  return account === undefined || account.id === GOVERNOR.id ? undefined : directMessage(account);
}

function directMessage(account: Account): Channel {
  return { id: `D${account.id.slice(1)}`, name: `@${account.name}`, topic: '', members: [account.id, GOVERNOR.id], isIm: true };
}
