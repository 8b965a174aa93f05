import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openStage, type Stage } from '../fixtures/app.ts';

/** What Slack signed and sent, as it crossed the wire. */
type Sent = { headers: IncomingHttpHeaders; body: string };

const HEADERS = ['content-type', 'x-slack-request-timestamp', 'x-slack-signature'];
const TYPED = '/incident billing-batch low queue lag up by a third, workers slow, nothing saturated';

const sent: Sent[] = [];
/** Stands between Slack and the governor: hands everything on, and keeps it for whoever would send it again. */
const wire = createServer((req, res) => {
  const relay = async (): Promise<void> => {
    const one = { headers: req.headers, body: await text(req) };
    sent.push(one);
    const answer = await send(one);
    res.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? 'text/plain' });
    res.end(await answer.text());
  };
  relay().catch((fault: Error) => res.destroy(fault));
});

let stage: Stage;
beforeAll(async () => {
  stage = await openStage({ env: { SLACK_APP_TOKEN: '' } });
  await new Promise<void>((resolve) => wire.listen(0, '127.0.0.1', resolve));
  await stage.control.transport({ mode: 'http', request_url: `http://127.0.0.1:${(wire.address() as AddressInfo).port}/` });
}, 60_000);
afterAll(async () => {
  await stage?.close();
  wire.close();
});

function send({ headers, body }: Sent): Promise<Response> {
  const [app] = stage.apps();
  const kept = HEADERS.map((name): [string, string] => [name, String(headers[name])]);
  return fetch(new URL('/slack/events', app?.lines[0]), { method: 'POST', headers: kept, body });
}

const lastSent = (): Sent => sent.at(-1) ?? expect.fail('nothing was sent');
const casesOpened = (): number => stage.log.states().length;

test('a signed command opens a case; the same bytes again open none, also after a restart', async () => {
  const { ok } = await stage.control.command('visitor', TYPED);
  expect(ok).toBe(true);
  const command = lastSent();
  expect(casesOpened()).toBe(1);

  const again = await send(command);
  expect([again.status, casesOpened()]).toEqual([200, 1]);

  await stage.restart('app');
  const afterRestart = await send(command);
  expect([afterRestart.status, casesOpened()]).toEqual([200, 1]);
  expect(await afterRestart.text()).toContain(stage.log.states()[0]?.caseId);
});

test('what is altered, signed by another, or older than five minutes does nothing', async () => {
  await stage.control.command('visitor', TYPED);
  const { headers, body } = lastSent();
  const before = casesOpened();
  const past = String(Number(headers['x-slack-request-timestamp']) - 301);
  const tampered: Sent[] = [
    { headers, body: body.replace('low', 'high') },
    { headers, body: `${body}&` },
    { headers: { ...headers, 'x-slack-request-timestamp': past }, body },
    { headers: { ...headers, 'x-slack-signature': `v0=${'0'.repeat(64)}` }, body },
    { headers: { ...headers, 'x-slack-signature': '' }, body },
  ];
  for (const one of tampered) expect((await send(one)).status).toBe(401);
  expect(casesOpened()).toBe(before);
});
