// A bare Bolt app as its own guide writes it: the side that start-up and memory are compared with. Plain JavaScript, so
// that nothing of ours is in its figures. Like every app with a token it asks Slack who it is before it is ready.
import bolt from '@slack/bolt';

const { App, LogLevel } = bolt;
const app = new App({
  token: 'xoxb-bench',
  signingSecret: 'bench-signing-secret',
  logLevel: LogLevel.ERROR,
  clientOptions: { slackApiUrl: process.env.SLACK_API_URL },
});
app.command('/incident', async ({ ack }) => ack());
await app.start({ port: 0, host: '127.0.0.1' });
process.stdout.write('ready\n');
process.on('SIGTERM', () => process.exit(0));
process.stdin.resume().on('end', () => process.exit(0));
