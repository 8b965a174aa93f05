import { HTTPReceiver } from '@slack/bolt';
import type { z } from 'zod';
import { createBolt } from '../../src/app/bolt.ts';
import { createSlackChat } from '../../src/chat/slack-chat.ts';
import { listen } from '../../src/http/server.ts';
import { anEvidence, aRunbook } from '../fixtures/builders.ts';
import type { AckAppArgs } from './ack-app.ts';
import { madeUpLibrary } from './library.ts';
import type { AppReady } from './load-job.ts';
import { openMany } from './pending.ts';
import { ACTION, openStage, quietLog, recordingChat, type Stage } from './stage.ts';

/**
 * The governor's own Bolt app, listeners and durable store behind its own HTTP server. People are asked of Slack's Web
 * API as usual; cards go nowhere. The worker only runs where cases are to be worked on beside.
 */
export async function startOurs(args: AckAppArgs): Promise<z.infer<typeof AppReady>> {
  const { transport, apiUrl, secret, folder, documents, working, pending } = args;
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
  const library = pending > 0 ? [aRunbook({ service: '*' }), anEvidence({ service: '*' })] : madeUpLibrary(documents, ACTION);
  const stage = await openStage({ folder, library, app, chat: { ...asked, post, update } });
  const values = pending > 0 ? await valuesOfPending(stage, pending) : [];
  if (working) await stage.governor.start();
  if (!(receiver instanceof HTTPReceiver)) {
    await app.start();
    return { port: 0, values };
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
  return { port, values };
}

/** Cases that wait for an approval, and what their buttons carry. What comes after the click is another figure. */
async function valuesOfPending(stage: Stage, count: number): Promise<string[]> {
  await stage.governor.start();
  const pending = await openMany(stage, count);
  await stage.governor.stop(STOP_MS);
  return pending.map(({ caseId, revision, digest }) => JSON.stringify({ case_id: caseId, revision, digest }));
}

const STOP_MS = 3_000;
