import { createHttpConnection } from '../../src/chat/connection.ts';
import { createSlackChat } from '../../src/chat/slack-chat.ts';
import { createSlackClient } from '../../src/chat/slack-client.ts';
import type { Act, ChatStage, Speaker } from '../conformance/chat.suite.ts';
import { silentLog } from '../outward/silent-log.ts';
import type { Hosted } from '../sandbox/host.ts';

const METHODS: Record<Act, string> = {
  post: 'chat.postMessage',
  update: 'chat.update',
  tell: 'chat.postEphemeral',
  replies: 'conversations.replies',
  history: 'conversations.history',
  person: 'users.info',
  group: 'usergroups.users.list',
};
const NAMES: Record<Speaker, string> = { own: 'oncall', stranger: 'guest', bot: 'deploybot' };
const OWN_TEAM = 'T0SANDBOX';
export const CHANNEL = 'C0INCIDENTS';

export const systemClock = { now: Date.now };

export function chatOf(hosted: Hosted, timeoutMs = 5_000) {
  const { SLACK_BOT_TOKEN: token, SLACK_API_URL: apiUrl } = hosted.sandbox.environment();
  const client = createSlackClient({ token, apiUrl, log: silentLog, timeoutMs });
  const { state: connection } = createHttpConnection({ clock: systemClock });
  return createSlackChat({ client, botUserId: () => 'U0GOVERNOR', connection, clock: systemClock, log: silentLog });
}

/** The Slack chat against the sandbox workspace. */
export function slackStage(hosted: Hosted): ChatStage {
  const seen = async (channel: string) =>
    (await hosted.messages(`channel=${channel}`)).map(({ ts, thread_ts, text, ephemeral_to }) => ({
      ts,
      threadTs: thread_ts === undefined || thread_ts === ts ? null : thread_ts,
      text,
      onlyFor: ephemeral_to === 'oncall' ? 'U00ONCALL' : null,
    }));
  const fault = async (act: Act, kind: string, more: object = {}): Promise<void> => {
    const answer = await hosted.act('fault', { target: 'slack', method: METHODS[act], kind, ...more });
    if (answer.ok !== true) throw new Error(`the sandbox takes no such fault: ${JSON.stringify(answer)}`);
  };
  return {
    chat: chatOf(hosted),
    channel: CHANNEL,
    closedChannel: 'C0000GENERAL',
    noChannel: 'C0NOWHERE99',
    people: {
      own: { id: 'U00ONCALL', teamId: OWN_TEAM },
      stranger: { id: 'U0000GUEST', teamId: 'T0STRANGER' },
      bot: { id: 'U0DEPLOYB', teamId: OWN_TEAM },
    },
    group: { id: 'S0000SRES', members: ['U00ONCALL', 'U0000LEAD'] },
    async say(speaker, threadTs, text) {
      const thread = threadTs === null ? {} : { thread_ts: threadTs };
      const written = await hosted.act(speaker === 'bot' ? 'bot-post' : 'message', {
        user: NAMES[speaker],
        channel: 'incidents',
        text,
        ...thread,
      });
      return String(written.ts);
    },
    async edit(speaker, ts, text) {
      await hosted.act('edit', { user: NAMES[speaker], channel: 'incidents', ts, text });
    },
    seen,
    seenDirectly: async (speaker) => (await hosted.messages(`channel=@${NAMES[speaker]}`)).map(({ text }) => text),
    faults: {
      loseAnswer: (act, times = 1) => fault(act, 'applied_answer_lost', { times }),
      loseRequest: (act, times = 1) => fault(act, 'drop_before', { times }),
      refuse: (act, slackError) => fault(act, `error:${slackError}`),
      limit: (act, seconds) => fault(act, '429', { ms: seconds * 1_000 }),
    },
    close: async () => undefined,
  };
}
