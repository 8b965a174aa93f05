import { z } from 'zod';
import type { Person, Reply } from '../../pipeline/ports.ts';

// What Slack answers, as far as it is used. Everything else in an answer is ignored.

export const Done = z.object({});
export const Posted = z.object({ channel: z.string().min(1), ts: z.string().regex(/^\d+\.\d+$/) });

const Message = z.object({
  ts: z.string(),
  text: z.string().default(''),
  user: z.string().optional(),
  bot_id: z.string().optional(),
  subtype: z.string().optional(),
  team: z.string().optional(),
  user_team: z.string().optional(),
  source_team: z.string().optional(),
  edited: z.unknown().optional(),
  metadata: z.unknown().optional(),
});
export type SlackMessage = z.infer<typeof Message>;
export const SlackMessage = Message;

const CardMetadata = z.object({
  event_type: z.literal('governor_card'),
  event_payload: z.object({ case_id: z.string(), revision: z.number(), key: z.string() }),
});
export type CardKey = { caseId: string; revision: number; key: string };

/** What a post carries unseen, so that it can be found again. */
export const metadataOf = ({ caseId, revision, key }: CardKey): z.infer<typeof CardMetadata> => ({
  event_type: 'governor_card',
  event_payload: { case_id: caseId, revision, key },
});

/** Metadata proves nothing by itself, since any app may write any: only our own message is our post. */
export function isPostOf(message: SlackMessage, botUserId: string, wanted: CardKey): boolean {
  const found = CardMetadata.safeParse(message.metadata).data?.event_payload;
  const isOurs = message.user === botUserId && found !== undefined;
  return isOurs && found.case_id === wanted.caseId && found.revision === wanted.revision && found.key === wanted.key;
}

/** A stranger's message names the stranger's team in `user_team`; `team` is then not always theirs. */
export function replyOf(message: SlackMessage): Reply {
  return {
    ts: message.ts,
    user: message.user ?? null,
    text: message.text,
    teamId: message.user_team ?? message.source_team ?? message.team ?? null,
    botId: message.bot_id ?? null,
    subtype: message.subtype ?? null,
    edited: message.edited !== undefined && message.edited !== null,
  };
}

const User = z.object({
  id: z.string(),
  // Without a team nobody is of ours, so an absent one must not be filled in.
  team_id: z.string().default(''),
  name: z.string().default(''),
  deleted: z.boolean().default(false),
  is_bot: z.boolean().default(false),
  is_workflow_bot: z.boolean().default(false),
  real_name: z.string().optional(),
  profile: z
    .object({ display_name: z.string().default(''), real_name: z.string().default('') })
    .default({ display_name: '', real_name: '' }),
});
export const UserAnswer = z.object({ user: User });

/** Slack's own bot is the one that does not say it is one. */
const SLACKBOT = 'USLACKBOT';

export function personOf({
  id,
  team_id,
  deleted,
  is_bot,
  is_workflow_bot,
  name,
  real_name,
  profile,
}: z.infer<typeof User>): Person {
  const isBot = is_bot || is_workflow_bot || id === SLACKBOT;
  return { id, teamId: team_id, isBot, deleted, name: profile.display_name || profile.real_name || real_name || name || id };
}

export const GroupUsers = z.object({ users: z.array(z.string()) });
export const Linked = z.object({ channel: z.string().min(1) });
export const ChannelItem = z.object({ id: z.string(), name: z.string().optional() });
