import type { Catalogue } from '../../pipeline/catalogue.ts';
import type { Chat, Library, Telemetry } from '../../pipeline/ports.ts';
import { createSubmissions } from '../../pipeline/submissions.ts';
import { ownVersion } from '../config/own-version.ts';
import type { Settings } from '../config/settings.ts';
import { createToolNotes } from '../lanes/tool-notes.ts';
import type { KnownSecrets } from '../log/known-secrets.ts';
import type { Log } from '../log.ts';
import type { Mcp } from '../mcp/http.ts';
import { createMcp } from '../mcp/mcp.ts';
import type { ScoreSource } from '../mcp/scores.ts';
import type { ToolTrace } from '../outputs/tool-trace.ts';
import type { Store } from '../stores/store.ts';
import { systemClock as clock } from './core.ts';
import type { Governor } from './governor.ts';
import type { ToolCalls } from './tool-calls.ts';
import { measureWithout, readWithout } from './without-secrets.ts';

type Parts = {
  settings: Settings;
  store: Store;
  telemetry: Telemetry;
  catalogue: Catalogue;
  governor: Governor;
  chat: Chat;
  scores: ScoreSource;
  trace: ToolTrace;
  calls: ToolCalls;
  hide: KnownSecrets;
  log: Log;
};

/** The tools for agents at `/mcp`, and the threads that hear of calls about a case. Throws where everybody could call them. */
export function openMcp({ settings, store, telemetry, catalogue, governor, chat, scores, trace, calls, hide, log }: Parts): Mcp {
  const { config, mcpToken: token, http } = settings;
  const { core, intake } = governor;
  const { ids } = core;
  const library: Library = readWithout(hide.redact, store.library);
  const submissions = createSubmissions({
    log: store.caseLog,
    cases: core.cases,
    intake,
    clock,
    ids,
    hideKnown: hide.hideKnown,
  });
  const notes = createToolNotes({ cases: core.cases, chat, logger: log });
  calls.tellBy(notes);
  const mcp = createMcp({
    library,
    telemetry: measureWithout(hide.redact, telemetry),
    catalogue,
    cases: core.cases,
    submissions,
    scores,
    clock,
    config,
    redact: hide.redact,
    token,
    host: http.host,
    limits: config.mcp,
    version: ownVersion(),
    trace,
    onCall: async (call) => notes.tell(call),
    log,
  });
  return {
    handle: mcp.handle,
    async close() {
      await mcp.close();
      notes.stop();
    },
  };
}
