import { inflateSync } from 'node:zlib';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import type { CaseState } from '../../pipeline/case-state.ts';
import { drawInThread } from '../../src/charts/draw-thread.ts';
import { createPictureLane } from '../../src/charts/picture-lane.ts';
import { type RecoverySeries, recoverySeries } from '../../src/charts/recovery-series.ts';
import { createHttpConnection } from '../../src/chat/connection.ts';
import { createSlackCalls } from '../../src/chat/slack-call.ts';
import { createSlackChat } from '../../src/chat/slack-chat.ts';
import { createSlackClient } from '../../src/chat/slack-client.ts';
import { createPictures } from '../../src/chat/slack-files.ts';
import { figures } from '../fixtures/builders.ts';
import { type InProcess, inProcess } from '../fixtures/in-process.ts';
import { silentLog } from '../outward/silent-log.ts';
import { type Hosted, hostSandbox } from '../sandbox/host.ts';

const clock = { now: Date.now };
let hosted: Hosted;
beforeAll(async () => {
  hosted = await hostSandbox();
  return () => hosted.close();
});

const AT = Date.parse('2026-11-22T10:00:00.000Z');
const samples: RecoverySeries['samples'] = Array.from({ length: 24 }, (_unused, n) => ({
  atMs: AT + n * 5_000,
  rate: n < 12 ? 0.4 : 0.01,
}));
const SERIES: RecoverySeries = {
  service: 'billing-batch',
  actionId: 'scale_worker_pool',
  samples: samples.with(3, { atMs: AT + 15_000, rate: null }),
  effectMs: AT + 60_000,
  limit: 0.05,
};
const TINY = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0]);

/** Width, height and the bytes of its rows, as far as this test asks: one colour would mean that nothing was drawn. */
function decoded(png: Uint8Array) {
  const bytes = Buffer.from(png);
  const [width, height] = [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
  const parts: Buffer[] = [];
  for (let at = 8; at < bytes.length; at += 12 + bytes.readUInt32BE(at))
    if (bytes.toString('latin1', at + 4, at + 8) === 'IDAT') parts.push(bytes.subarray(at + 8, at + 8 + bytes.readUInt32BE(at)));
  return { width, height, colours: new Set(inflateSync(Buffer.concat(parts))).size };
}

test('the picture is a PNG of the whole chart with its words, drawn while this thread goes on', async () => {
  let turns = 0;
  const timer = setInterval(() => (turns += 1), 5);
  onTestFinished(() => clearInterval(timer));
  const { width, height, colours } = decoded(await drawInThread(SERIES));
  expect(width).toBeGreaterThan(1_200);
  expect(height).toBeGreaterThan(500);
  expect(colours).toBeGreaterThan(40);
  expect(turns).toBeGreaterThan(10);
}, 60_000);

/** A case whose recovery was checked, with its card really in the sandbox's channel. */
async function verified(): Promise<{ governor: InProcess; state: CaseState; cardTs: string }> {
  const governor = await inProcess();
  const posted = await hosted.api('chat.postMessage', { channel: 'C0INCIDENTS', text: 'the card' });
  const cardTs = String(posted.ts);
  const { caseId } = await governor.decide();
  await governor.steps.execute(await governor.reload(caseId));
  governor.world.figures = figures({ error_rate: 0.01 });
  governor.clock.ms += 60_000;
  await governor.steps.verify(await governor.reload(caseId));
  const state = await governor.reload(caseId);
  // The fixture invents the card's time; the thread has to be one that Slack knows.
  const card = state.cards[1];
  if (card !== undefined) Object.assign(card, { ts: cardTs });
  return { governor, state, cardTs };
}

function laneOf(governor: InProcess, draw: (series: RecoverySeries) => Promise<Uint8Array> = async () => TINY) {
  const { SLACK_BOT_TOKEN: token, SLACK_API_URL: apiUrl } = hosted.sandbox.environment();
  const client = createSlackClient({ token, apiUrl, log: silentLog, timeoutMs: 5_000 });
  const { state: connection } = createHttpConnection({ clock });
  return createPictureLane({
    cases: governor.cases,
    chat: createSlackChat({ client, botUserId: () => 'U0GOVERNOR', connection, clock, log: silentLog }),
    pictures: createPictures(createSlackCalls({ client, clock })),
    telemetry: governor.telemetry,
    actions: governor.catalogue.actions,
    draw,
    clock: governor.clock,
    logger: silentLog,
  });
}

const pictureIn = async (cardTs: string) =>
  (await hosted.messages('channel=incidents')).filter(({ thread_ts, ts }) => thread_ts === cardTs && ts !== cardTs);

test('the picture stands once in the thread of the case, with the same said in words, and the page can show it', async () => {
  const { governor, state, cardTs } = await verified();
  const lane = laneOf(governor, drawInThread);
  expect(lane.due(state)).toEqual({ atMs: 0, waits: false });
  const { state: after } = await lane.run(state);
  expect(after === null ? 'nothing' : lane.due(after)).toBeNull();
  await laneOf(governor).run(state);
  const messages = await pictureIn(cardTs);
  expect(messages).toHaveLength(1);
  const [block] = messages[0]?.blocks ?? [];
  expect(block).toMatchObject({ type: 'image', alt_text: expect.stringContaining('The service recovered.') });
  const { id } = (block as { slack_file: { id: string } }).slack_file;
  const file = await fetch(`${hosted.url}/files/${id}`);
  expect(file.headers.get('content-type')).toBe('image/png');
  expect(decoded(new Uint8Array(await file.arrayBuffer())).width).toBeGreaterThan(1_200);
}, 60_000);

test('a Slack that takes no file is tried a few times and then left in peace, and a later process tries anew', async () => {
  const { governor, state, cardTs } = await verified();
  await hosted.act('fault', { target: 'slack', method: 'files.completeUploadExternal', kind: 'error:missing_scope', times: 4 });
  const lane = laneOf(governor);
  for (let round = 0; round < 4; round += 1) {
    expect(lane.due(state)).not.toBeNull();
    expect(await lane.run(state)).toEqual({ state: null, retryAtMs: null });
    governor.clock.ms += 60_000;
  }
  expect(lane.due(state)).toBeNull();
  expect(await pictureIn(cardTs)).toEqual([]);
  await laneOf(governor).run(state);
  expect(await pictureIn(cardTs)).toHaveLength(1);
});

test('a service without any figures has no picture', async () => {
  const { governor, state, cardTs } = await verified();
  governor.world.figures = null;
  const lane = laneOf(governor);
  await lane.run(state);
  expect(lane.due(state)).toBeNull();
  expect(await pictureIn(cardTs)).toEqual([]);
});

test('the stretches cover the time before and after the effect without a gap, and one without requests has no rate', async () => {
  const { governor, state } = await verified();
  const asked: { from: string; to: string }[] = [];
  const check = governor.catalogue.actions.get('scale_worker_pool')?.recovery;
  if (check === undefined) throw new Error('no such action');
  const telemetry = {
    figures: async (_service: string, window: { from: string; to: string }) => {
      asked.push(window);
      return asked.length === 1 ? figures({ requests: 0 }) : figures({ error_rate: 0.2 });
    },
  };
  const series = await recoverySeries(telemetry, state, check);
  const effectMs = series?.effectMs ?? 0;
  expect(series?.samples).toHaveLength(24);
  expect(series?.samples[0]?.rate).toBeNull();
  expect(series?.samples[1]?.rate).toBe(0.2);
  expect(Date.parse(asked[0]?.from ?? '')).toBe(effectMs - 60_000);
  expect(asked.at(-1)?.to).toBe(state.recovery?.at);
  for (const [index, { from }] of asked.slice(1).entries()) expect(from).toBe(asked[index]?.to);
});

test('the sandbox takes only pictures, of the announced length, and shows none before it is complete', async () => {
  const asked = await hosted.api('files.getUploadURLExternal', { filename: 'x.png', length: TINY.byteLength });
  const send = async (body: Uint8Array) =>
    (await fetch(String(asked.upload_url), { method: 'POST', body: new Uint8Array(body) })).status;
  expect(await send(Buffer.from('<script>'.padEnd(TINY.byteLength)))).toBe(400);
  expect(await send(TINY.subarray(0, 9))).toBe(400);
  expect(await hosted.api('files.completeUploadExternal', { files: [{ id: asked.file_id }] })).toMatchObject({
    error: 'file_not_found',
  });
  expect(await send(TINY)).toBe(200);
  expect((await fetch(`${hosted.url}/files/${asked.file_id}`)).status).toBe(404);
  expect(await hosted.api('files.completeUploadExternal', { files: [{ id: asked.file_id }] })).toMatchObject({ ok: true });
  expect((await fetch(`${hosted.url}/files/${asked.file_id}`)).status).toBe(200);
});
