import { afterAll, beforeAll } from 'vitest';
import { createSandboxTelemetry } from '../../src/telemetry/sandbox.ts';
import { telemetrySuite } from '../conformance/telemetry.suite.ts';
import { type Hosted, hostSandbox } from '../sandbox/host.ts';

let hosted: Hosted;
beforeAll(async () => {
  hosted = await hostSandbox();
});
afterAll(() => hosted.close());

const WINDOW_S = 60;
/** The sandbox dates an incident back by more than five minutes. */
const AGO_S = { quiet: 600, troubled: 120 };
const window = (agoS: number) => {
  const fromMs = Math.floor(Date.now() / 1_000 - agoS) * 1_000;
  return { from: new Date(fromMs).toISOString(), to: new Date(fromMs + WINDOW_S * 1_000).toISOString() };
};

telemetrySuite('of the sandbox', async () => {
  await hosted.act('reset', {});
  await hosted.act('world', { services: [{ service: 'billing-batch', error_rate: 0.4, status: 'incident' }] });
  const fault = async (kind: string, times: number): Promise<void> => {
    await hosted.act('fault', { target: 'telemetry', kind, times });
  };
  return {
    telemetry: createSandboxTelemetry({ baseUrl: hosted.url, clock: { now: Date.now } }),
    service: 'billing-batch',
    unmapped: 'nobody-knows-it',
    quiet: window(AGO_S.quiet),
    troubled: window(AGO_S.troubled),
    faults: {
      goSilent: () => fault('drop_before', 1_000),
      bePartial: () => fault('error:partial', 1),
      refuse: () => fault('error:forbidden', 1_000),
    },
    close: async () => undefined,
  };
});
