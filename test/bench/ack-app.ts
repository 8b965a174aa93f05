import { App, HTTPReceiver, LogLevel, SocketModeReceiver } from '@slack/bolt';
import { z } from 'zod';

// A side under test: a bare Bolt app whose listeners only acknowledge, or the governor's own app. Arguments as JSON.
const Args = z.object({
  side: z.enum(['bare', 'ours']),
  transport: z.enum(['http', 'socket']),
  apiUrl: z.string(),
  secret: z.string(),
  folder: z.string(),
  documents: z.int(),
  /** Whether the cases that are opened are worked on as well. */
  working: z.boolean(),
  /** Cases that wait for an approval from the start. */
  pending: z.int(),
});
export type AckAppArgs = z.infer<typeof Args>;

async function startBare({ transport, apiUrl, secret }: AckAppArgs): Promise<number> {
  const authorize = async () => ({ botToken: 'xoxb-bench', botId: 'BBENCH', botUserId: 'UBENCH' });
  const logLevel = LogLevel.ERROR;
  const receiver =
    transport === 'http'
      ? new HTTPReceiver({ signingSecret: secret, logLevel })
      : new SocketModeReceiver({
          appToken: 'xapp-bench',
          logLevel,
          installerOptions: { clientOptions: { slackApiUrl: apiUrl } },
        });
  const app = new App({ authorize, logLevel, receiver });
  app.command('/incident', async ({ ack }) => ack());
  app.action('approve', async ({ ack }) => ack());
  await app.start({ port: 0, host: '127.0.0.1' });
  if (!(receiver instanceof HTTPReceiver)) return 0;
  return portOf(receiver);
}

const Bound = z.looseObject({
  server: z.looseObject({ address: z.custom<() => unknown>((value) => typeof value === 'function') }),
});

/** The receiver's server is its own business, and the port it was given is nowhere else to be read. */
function portOf(receiver: HTTPReceiver): number {
  const { server } = Bound.parse(receiver);
  return z.looseObject({ port: z.int() }).parse(server.address.call(server)).port;
}

const args = Args.parse(JSON.parse(process.argv[2] ?? ''));
const ready =
  args.side === 'bare' ? { port: await startBare(args), values: [] } : await (await import('./ack-ours.ts')).startOurs(args);
process.on('SIGTERM', () => process.exit(0));
// Without the bench there is nobody to end this process.
process.stdin.resume().on('end', () => process.exit(0));
process.stdout.write(`${JSON.stringify(ready)}\n`);
