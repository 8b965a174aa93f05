import { HTTPReceiver } from '@slack/bolt';
import { createBolt } from '../../src/app/bolt.ts';
import { createSlackChat } from '../../src/chat/slack-chat.ts';
import { listen } from '../../src/http/server.ts';
import type { AckAppArgs } from './ack-app.ts';
import { openStage, quietLog, recordingChat } from './stage.ts';

/**
 * The governor's own Bolt app, listeners and durable store behind its own HTTP server. People are asked of Slack's Web
 * API as usual; cards go nowhere. The worker only runs where cases are to be worked on beside.
 */
export async function startOurs(args: AckAppArgs): Promise<number> {
  const { transport, apiUrl, secret, folder, documents, working } = args;
  const isSocket = transport === 'socket';
  const slack = {
    botToken: 'xoxb-bench',
    appToken: isSocket ? 'xapp-bench' : null,
    signingSecret: isSocket ? null : secret,
    transport,
    apiUrl,
  };
  const { app, receiver, client } = createBolt(slack, quietLog);
  await app.init();
  const { connection, post, update } = recordingChat();
  const asked = createSlackChat({
    client,
    botUserId: () => 'UBENCH',
    connection,
    clock: { now: () => Date.now() },
    log: quietLog,
  });
  const { governor } = await openStage({ folder, documents, app, chat: { ...asked, post, update } });
  if (working) await governor.start();
  if (!(receiver instanceof HTTPReceiver)) {
    await app.start();
    return 0;
  }
  const { port } = await listen({
    port: 0,
    host: '127.0.0.1',
    handlers: [
      async (req, res) => {
        receiver.requestListener(req, res);
        return true;
      },
    ],
  });
  return port;
}
