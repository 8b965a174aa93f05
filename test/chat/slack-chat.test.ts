import { afterAll, beforeAll } from 'vitest';
import { chatSuite } from '../conformance/chat.suite.ts';
import { type Hosted, hostSandbox } from '../sandbox/host.ts';
import { slackStage } from './slack-stage.ts';

let hosted: Hosted;
beforeAll(async () => {
  hosted = await hostSandbox();
});
afterAll(() => hosted.close());

chatSuite('on Slack', async () => {
  await hosted.act('reset', {});
  return slackStage(hosted);
});
