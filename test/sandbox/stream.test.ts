import { afterEach, beforeEach, expect, test } from 'vitest';
import { eventually, type Fields, type Hosted, hostSandbox } from './host.ts';

let hosted: Hosted;
const streams: AbortController[] = [];
beforeEach(async () => {
  hosted = await hostSandbox();
});
afterEach(async () => {
  for (const stream of streams.splice(0)) stream.abort();
  await hosted.close();
});

/** What one person's page hears. */
async function listenAs(user: string): Promise<Fields[]> {
  const stream = new AbortController();
  streams.push(stream);
  const heard: Fields[] = [];
  const { body } = await fetch(`${hosted.url}/_control/stream?user=${user}`, { signal: stream.signal });
  const collect = async (): Promise<void> => {
    let rest = '';
    for await (const text of body!.pipeThrough(new TextDecoderStream())) {
      const parts = (rest + text).split('\n\n');
      rest = parts.pop() ?? '';
      heard.push(...parts.filter((part) => part.startsWith('data: ')).map((part) => JSON.parse(part.slice('data: '.length))));
    }
  };
  collect().catch(() => undefined);
  return heard;
}

test('each change is told to those who may see it, and to nobody else', async () => {
  const [lead, oncall] = [await listenAs('lead'), await listenAs('oncall')];
  const posted = await hosted.api('chat.postMessage', { channel: 'incidents', text: 'card' });
  await hosted.api('chat.postEphemeral', { channel: 'incidents', user: 'U0000LEAD', text: 'only lead' });
  await hosted.api('chat.postMessage', { channel: 'U0000LEAD', text: 'a direct word' });
  await hosted.api('chat.update', { channel: 'incidents', ts: posted.ts, text: 'card, changed' });
  await hosted.api('views.publish', { user_id: 'U0000LEAD', view: { type: 'home', blocks: [] } });
  await hosted.api('chat.delete', { channel: 'incidents', ts: posted.ts });
  await hosted.act('world', { services: [{ service: 'cdn-edge', error_rate: 0.2 }] });
  await eventually(
    () => oncall,
    (seen) => seen.some(({ kind }) => kind === 'world'),
  );
  const seenBy = (heard: Fields[]): unknown[] => heard.filter(({ kind }) => kind !== 'call').map(({ kind }) => kind);
  expect(seenBy(lead)).toEqual(['message', 'ephemeral', 'message', 'message_changed', 'home', 'message_deleted', 'world']);
  expect(seenBy(oncall)).toEqual(['message', 'message_changed', 'message_deleted', 'world']);
  expect(lead[0]).toMatchObject({ kind: 'message', channel: 'incidents', user: 'governor', text: 'card', ts: posted.ts });
  expect(oncall.filter(({ kind }) => kind === 'call').map(({ method }) => method)).toContain('chat.postEphemeral');
});

test('executions, tickets and connections are told to everybody', async () => {
  const heard = await listenAs('visitor');
  const notAfter = new Date(Date.now() + 5000).toISOString();
  await hosted.call('POST', '/executor/run', { key: 'k', action: 'a', parameters: {}, case_id: 'c', not_after: notAfter });
  await hosted.call('POST', '/tickets', { case_id: 'c', service: 's', severity: 'low', summary: 'sum', text: 't' });
  await eventually(
    () => heard,
    (seen) => seen.length === 2,
  );
  expect(heard).toMatchObject([
    { kind: 'execution', execution: { key: 'k' } },
    { kind: 'ticket', ticket: { key: 'SIM-1' } },
  ]);
});

test('a stream for nobody is refused', async () => {
  expect((await hosted.call('GET', '/_control/stream?user=nobody')).status).toBe(400);
});
