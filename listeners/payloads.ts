import { z } from 'zod';

// What Slack sends, as far as anything here reads it. Each shape is parsed at the door; fields nobody reads are ignored.

const Named = z.looseObject({ id: z.string().min(1) });

const ClickPayload = z.looseObject({
  user: Named,
  channel: Named.nullish(),
  container: z.looseObject({ thread_ts: z.string().nullish() }).nullish(),
  message: z.looseObject({ ts: z.string() }).nullish(),
  trigger_id: z.string(),
  view: z.looseObject({ id: z.string(), hash: z.string().nullish(), private_metadata: z.string() }).nullish(),
  actions: z
    .array(
      z.looseObject({
        action_id: z.string(),
        action_ts: z.string(),
        value: z.string().nullish(),
        selected_option: z.looseObject({ value: z.string() }).nullish(),
      }),
    )
    .min(1),
});

/** One press of a button, or one choice in a form. */
export type Click = {
  by: string;
  /** Where the message with the button is; null in the App Home and in forms. */
  channel: string | null;
  /** Set where that message is itself a reply. */
  threadTs: string | null;
  triggerId: string;
  /** Names this press, so that the same one sent twice counts once. */
  eventKey: string;
  value: string | null;
  chosen: string | null;
  view: { id: string; hash: string | null; metadata: string } | null;
};

export function readClick(body: unknown): Click {
  const { user, channel, container, trigger_id, view, actions } = ClickPayload.parse(body);
  const [action] = actions;
  return {
    by: user.id,
    channel: channel?.id ?? null,
    threadTs: container?.thread_ts ?? null,
    triggerId: trigger_id,
    eventKey: `click:${user.id}:${action?.action_id}:${action?.action_ts}`,
    value: action?.value ?? null,
    chosen: action?.selected_option?.value ?? null,
    view: view ? { id: view.id, hash: view.hash ?? null, metadata: view.private_metadata } : null,
  };
}

const CommandPayload = z.looseObject({
  user_id: z.string().min(1),
  channel_id: z.string().min(1),
  trigger_id: z.string().min(1),
  text: z.string().default(''),
});

export type Typed = { by: string; channel: string; triggerId: string; text: string; eventKey: string };

export function readTyped(body: unknown): Typed {
  const { user_id, channel_id, trigger_id, text } = CommandPayload.parse(body);
  return { by: user_id, channel: channel_id, triggerId: trigger_id, text, eventKey: `command:${trigger_id}` };
}

const SubmissionPayload = z.looseObject({
  user: Named,
  view: z.looseObject({
    id: z.string(),
    private_metadata: z.string(),
    state: z.looseObject({ values: z.unknown() }),
  }),
});

export type Submission = { by: string; viewId: string; metadata: string; values: unknown };

export function readSubmission(body: unknown): Submission {
  const { user, view } = SubmissionPayload.parse(body);
  return { by: user.id, viewId: view.id, metadata: view.private_metadata, values: view.state.values };
}

const ShortcutPayload = z.looseObject({
  user: Named,
  trigger_id: z.string(),
  channel: Named.nullish(),
  message: z.looseObject({ ts: z.string(), text: z.string().nullish() }).nullish(),
});

export type Shortcut = { by: string; triggerId: string; channel: string | null; message: { ts: string; text: string } | null };

export function readShortcut(body: unknown): Shortcut {
  const { user, trigger_id, channel, message } = ShortcutPayload.parse(body);
  const said = message ? { ts: message.ts, text: message.text ?? '' } : null;
  return { by: user.id, triggerId: trigger_id, channel: channel?.id ?? null, message: said };
}

const MessagePayload = z.looseObject({
  channel: z.string().min(1),
  ts: z.string().regex(/^\d+\.\d+$/),
  thread_ts: z.string().nullish(),
  user: z.string().nullish(),
  text: z.string().nullish(),
  subtype: z.string().nullish(),
  bot_id: z.string().nullish(),
  edited: z.unknown().optional(),
  team: z.string().nullish(),
  user_team: z.string().nullish(),
});

export type Said = {
  channel: string;
  ts: string;
  threadTs: string | null;
  user: string | null;
  text: string;
  subtype: string | null;
  botId: string | null;
  edited: boolean;
  /** Every team that the message names for its author. */
  teams: string[];
};

/** A `message` or `app_mention` event; null where it is no message with a place and a time (deletions, changes). */
export function readSaid(event: unknown): Said | null {
  const parsed = MessagePayload.safeParse(event);
  if (!parsed.success) return null;
  const { channel, ts, thread_ts, user, text, subtype, bot_id, edited, team, user_team } = parsed.data;
  return {
    channel,
    ts,
    threadTs: thread_ts ?? null,
    user: user ?? null,
    text: text ?? '',
    subtype: subtype ?? null,
    botId: bot_id ?? null,
    edited: edited !== undefined && edited !== null,
    teams: [team, user_team].filter((one) => typeof one === 'string'),
  };
}
