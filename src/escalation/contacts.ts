import { z } from 'zod';
import type { Clock } from '../../pipeline/ports.ts';
import { pageOf, type SlackCalls } from '../chat/slack-call.ts';
import { ChatFault } from '../chat/slack-fault.ts';
import { refusedFor } from './teller.ts';

export type Contacts = {
  /** The Slack id of one living person of this workspace. Throws `escalation_refused` where there is none, or several. */
  idOf(contact: string): Promise<string>;
};

/** `ownTeam`: people of other companies who share a channel are told nothing. */
type Parts = { calls: SlackCalls; clock: Clock; ownTeam: () => string; keepMs?: number };

const KEEP_MS = 600_000;
const USER_ID = /^[UW][A-Z0-9]{5,}$/;
const MENTION = /^<@([UW][A-Z0-9]{5,})(?:\|[^>]*)?>$/;
const EMAIL = /^[^\s@]+@[^\s@]+$/;
const SLACKBOT = 'USLACKBOT';
const WHY_NOT_BY_EMAIL: Readonly<Record<string, string>> = {
  users_not_found: 'nobody of this workspace has the e-mail address of the contact',
  missing_scope:
    'an e-mail address is only found with the scope `users:read.email`, which this app was not granted: install it again with the present manifest',
};
const TOO_MANY_PEOPLE = 'the workspace has too many people to find one by name; give an id or an e-mail address';

const Name = z.string().default('');
const Member = z.object({
  id: z.string(),
  team_id: z.string().default(''),
  name: Name,
  real_name: Name,
  deleted: z.boolean().default(false),
  is_bot: z.boolean().default(false),
  is_workflow_bot: z.boolean().default(false),
  profile: z
    .object({ email: z.string().optional(), display_name: Name, real_name: Name })
    .default({ display_name: '', real_name: '' }),
});
type Member = z.infer<typeof Member>;
const MEMBERS = pageOf('members', Member);
const OneUser = z.object({ user: Member });

/**
 * Who is meant by an id, an e-mail address or a name. Slack is asked once, and again after a while: people come and go. An
 * address is looked up, not searched for: the list of a large workspace takes minutes, and leaves addresses out unsaid.
 */
export function createContacts({ calls, clock, ownTeam, keepMs = KEEP_MS }: Parts): Contacts {
  const known = new Map<string, { id: string; untilMs: number }>();
  const isPerson = (member: Member): boolean => isAlive(member) && member.team_id === ownTeam();

  const byId = async (id: string): Promise<Member> => {
    try {
      return (await calls.repeatable('users.info', { user: id }, OneUser)).user;
    } catch (fault) {
      if (refusalIn(fault) !== null) throw refusedFor(`Slack knows no person ${id}`, fault);
      throw fault;
    }
  };

  const byEmail = async (email: string): Promise<Member> => {
    try {
      return (await calls.repeatable('users.lookupByEmail', { email }, OneUser)).user;
    } catch (fault) {
      const said = refusalIn(fault);
      if (said === null) throw fault;
      const why = WHY_NOT_BY_EMAIL[said];
      if (why !== undefined) throw refusedFor(why, fault);
      // Whoever stands in for Slack may not know the method; the list of members says the same, page by page.
      return byName(email);
    }
  };

  const members = async (): Promise<Member[]> => {
    try {
      return await calls.pages('users.list', {}, MEMBERS);
    } catch (fault) {
      if (fault instanceof ChatFault && fault.code === 'search_unfinished') throw refusedFor(TOO_MANY_PEOPLE, fault);
      throw fault;
    }
  };

  const byName = async (contact: string): Promise<Member> => {
    const found = (await members()).filter((member) => isPerson(member) && isNamed(member, contact));
    const [only] = found;
    if (only === undefined) throw refusedFor('nobody of this workspace has the name or the address of the contact');
    if (found.length > 1)
      throw refusedFor(`${found.length} people have the name of the contact; give an id or an e-mail address`);
    return only;
  };

  const memberOf = (contact: string): Promise<Member> => {
    const id = MENTION.exec(contact)?.[1] ?? contact;
    if (USER_ID.test(id)) return byId(id);
    return EMAIL.test(contact) ? byEmail(contact) : byName(contact);
  };

  return {
    async idOf(contact) {
      const before = known.get(contact);
      if (before !== undefined && before.untilMs > clock.now()) return before.id;
      const member = await memberOf(contact);
      if (!isPerson(member)) throw refusedFor(`the contact ${member.id} is no person of this workspace any more`);
      known.set(contact, { id: member.id, untilMs: clock.now() + keepMs });
      return member.id;
    },
  };
}

/** Slack's word for a definite no; null for any other fault. */
const refusalIn = (fault: unknown): string | null =>
  fault instanceof ChatFault && fault.code === 'slack_refused' ? fault.slackError : null;

const isAlive = ({ id, deleted, is_bot, is_workflow_bot }: Member): boolean =>
  !deleted && !is_bot && !is_workflow_bot && id !== SLACKBOT;

const folded = (text: string): string => text.normalize('NFC').trim().toLowerCase();

/** An e-mail address names one person; a name may be of several, and then none of them is guessed. */
function isNamed({ name, real_name, profile }: Member, contact: string): boolean {
  const wanted = folded(contact.replace(/^@/, ''));
  const names = contact.includes('@', 1) ? [profile.email ?? ''] : [name, real_name, profile.display_name, profile.real_name];
  return names.some((one) => one !== '' && folded(one) === wanted);
}
