// A bare Bolt app as its own guide writes it: the side that start-up and memory are compared with. Plain JavaScript, so
// that nothing of ours is in its figures.
import bolt from '@slack/bolt';

const { App, HTTPReceiver, LogLevel } = bolt;
const logLevel = LogLevel.ERROR;
const app = new App({
  authorize: async () => ({ botToken: 'xoxb-bench', botId: 'BBENCH', botUserId: 'UBENCH' }),
  logLevel,
  receiver: new HTTPReceiver({ signingSecret: 'bench-signing-secret', logLevel }),
});
app.command('/incident', async ({ ack }) => ack());
await app.start({ port: 0, host: '127.0.0.1' });
process.stdout.write('ready\n');
process.on('SIGTERM', () => process.exit(0));
process.stdin.resume().on('end', () => process.exit(0));
