import type { WebClient } from '@slack/web-api';
import type { Links } from '../../listeners/parts.ts';
import type { Ladder } from '../../pipeline/escalation.ts';
import type { Chat, Telemetry } from '../../pipeline/ports.ts';
import { drawInThread } from '../charts/draw-thread.ts';
import { createPictureLane } from '../charts/picture-lane.ts';
import { createSlackCalls } from '../chat/slack-call.ts';
import { createPictures } from '../chat/slack-files.ts';
import type { Settings } from '../config/settings.ts';
import { createEscalation } from '../escalation/escalation.ts';
import type { KnownSecrets } from '../log/known-secrets.ts';
import type { Log } from '../log.ts';
import { createCaseOutputs } from '../outputs/case-outputs.ts';
import type { OwnEntries } from '../outputs/own-entries.ts';
import { summaryLine } from '../outputs/workflow-lines.ts';
import type { Store } from '../stores/store.ts';
import type { Lane } from '../worker/lane.ts';
import type { Core } from './core.ts';
import { systemClock as clock } from './core.ts';
import type { Job } from './jobs.ts';

/** What goes on beside the cases: lanes of their own, jobs by the clock, and what must begin before anything is appended. */
export type Beside = { lanes: readonly Lane[]; jobs: readonly Job[]; start(): Promise<void>; close(): Promise<void> };
export type OpenBeside = (made: { core: Core; holder: string }) => Beside;

type Parts = {
  settings: Settings;
  store: Store;
  ladder: Ladder;
  own: OwnEntries;
  chat: Chat;
  client: WebClient;
  ownTeam: () => string;
  telemetry: Telemetry;
  links: Links;
  hide: KnownSecrets;
  log: Log;
};

/** Escalation, pictures of recoveries, and the files of JSON lines that follow the log. */
export function openBeside(parts: Parts): OpenBeside {
  const { settings, store, ladder, own, chat, client, ownTeam, telemetry, links, hide, log: logger } = parts;
  const log = store.caseLog;
  return ({ core, holder }) => {
    const { cases, pause, actions } = core;
    const { output: folder } = settings.paths;
    const outputs = createCaseOutputs({ folder, log, cases, clock, isOwn: own.isOwn, hide: hide.hideKnown, logger });
    const escalation = createEscalation({
      settings,
      ladder,
      log,
      cases,
      chat,
      client,
      ownTeam,
      pause,
      links,
      clock,
      holder,
      hide: hide.redact,
      onSummary: (told) => outputs.tell(summaryLine(told)),
      logger,
    });
    const pictures = createPictures(createSlackCalls({ client, clock }));
    const drawn = createPictureLane({ cases, chat, pictures, telemetry, actions, draw: drawInThread, clock, logger });
    const { summary } = escalation;
    return {
      lanes: settings.config.recovery_picture ? [...escalation.lanes, drawn] : escalation.lanes,
      jobs: summary === null ? [] : [{ name: 'tell the daily summary', ...summary }],
      start: outputs.start,
      close: outputs.close,
    };
  };
}
