import { once } from 'node:events';
import { createCases } from '../../../pipeline/cases.ts';
import { createIntake } from '../../../pipeline/intake.ts';
import { createSubmissions } from '../../../pipeline/submissions.ts';
import { systemClock as clock, systemIds as ids } from '../../app/core.ts';
import { telemetryOf } from '../../app/ports.ts';
import { scoresOfSettings } from '../../app/scores.ts';
import { measureWithout, readWithout } from '../../app/without-secrets.ts';
import { ownVersion } from '../../config/own-version.ts';
import { createKnownSecrets } from '../../log/known-secrets.ts';
import { createTooling } from '../../mcp/mcp.ts';
import { openToolTrace } from '../../outputs/tool-trace.ts';
import type { Command, Invocation } from '../command.ts';
import { EXIT } from '../command.ts';
import type { Opened } from '../opened.ts';
import { withStore } from '../opened.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const MESSAGE_BYTES_MAX = 1_000_000;

export const mcp: Command = {
  name: 'mcp',
  usage: '',
  says: 'serves the tools for agents (search, check, submit a plan) over standard input and output; nothing can be decided by them',
  words: { min: 0, max: 0 },
  options: {},
  async run({ out }) {
    await withStore((opened) => serve(opened, out));
    return EXIT.good;
  },
};

/** The same tools that the app serves at /mcp, on the same store. A case opened here is worked on by the app. */
async function toolingOn({ settings, store, elastic, names, catalogue, log }: Opened) {
  const hide = createKnownSecrets(settings.secrets);
  const { config, sandboxUrl } = settings;
  const library = readWithout(hide.redact, store.library);
  const telemetry = measureWithout(hide.redact, await telemetryOf({ sandboxUrl, elastic, names, config: config.elasticsearch }));
  const cases = createCases({ log: store.caseLog, clock, ids });
  const intake = createIntake({ cases, library, telemetry, config, clock, redact: hide.redact });
  const submissions = createSubmissions({ log: store.caseLog, cases, intake, clock, ids, hideKnown: hide.hideKnown });
  const trace = openToolTrace({ folder: settings.paths.output, log });
  const ports = {
    library,
    telemetry,
    catalogue,
    cases,
    submissions,
    scores: scoresOfSettings(settings).scores,
    clock,
    config,
    redact: hide.redact,
  };
  return { ...createTooling({ ...ports, trace, onCall: async () => undefined, log }), trace };
}

/** Until the caller closes its end, or a signal comes. */
async function serve(opened: Opened, out: Invocation['out']): Promise<void> {
  const [{ serveStdio, StdioServerTransport }, { createServerFactory }, { Writable }] = await Promise.all([
    import('@modelcontextprotocol/server/stdio'),
    import('../../mcp/server.ts'),
    import('node:stream'),
  ]);
  const { trace, ...tooling } = await toolingOn(opened);
  const factory = createServerFactory({ ...tooling, version: ownVersion(), transport: 'stdio' });
  const wire = new Writable({ write: (chunk, _encoding, done) => void out.write(chunk, done) });
  const transport = new StdioServerTransport(process.stdin, wire, { maxBufferSize: MESSAGE_BYTES_MAX });
  const onerror = (fault: Error): void => opened.log.warn('an MCP message was not answered as asked', { fault });
  const ended = [once(process.stdin, 'end'), once(process.stdin, 'close'), ...SIGNALS.map((signal) => once(process, signal))];
  const serving = serveStdio(factory, { transport, onerror });
  await Promise.race(ended);
  await serving.close();
  await trace.close();
}
