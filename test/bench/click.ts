import { pathToFileURL } from 'node:url';
import { anEvidence, aRunbook } from '../fixtures/builders.ts';
import { measure, SECRET, startApp, startLoader } from './ack.ts';
import { type Emit, figure, inRounds, median, printFigure, roundsOr, withFolder } from './figures.ts';
import type { LoadJob } from './load-job.ts';
import { createPending, openMany, type Pending } from './pending.ts';
import { APPROVER, openStage, TEAM } from './stage.ts';

const ROUNDS = roundsOr(5);
const CLICKS = 300;
const WARM_UP = 300;

/** A press of Approve as Slack sends it; no two are the same press. */
function pressed(value: string): string {
  const payload = {
    type: 'block_actions',
    user: { id: APPROVER, username: 'oncall', team_id: TEAM },
    api_app_id: 'A0BENCH',
    token: 'unused',
    container: { type: 'message', message_ts: '1.2', channel_id: 'C0INCIDENTS', is_ephemeral: false },
    trigger_id: '1.@N@',
    team: { id: TEAM, domain: 'home' },
    enterprise: null,
    is_enterprise_install: false,
    channel: { id: 'C0INCIDENTS', name: 'incidents' },
    response_url: 'http://127.0.0.1/actions/1',
    actions: [
      {
        action_id: 'approve',
        block_id: 'decide',
        type: 'button',
        value,
        text: { type: 'plain_text', text: 'Approve' },
        action_ts: '1.@N@',
      },
    ],
  };
  return new URLSearchParams({ payload: JSON.stringify(payload) }).toString().replaceAll('%40N%40', '@N@');
}

/** P-H1: an approval recorded durably before the ack, against the ack of a bare Bolt app, one click at a time. */
async function benchRecorded(emit: Emit, folder: string): Promise<void> {
  const { loader, port: loaderPort } = await startLoader();
  const bare = await startApp(loaderPort, { side: 'bare', transport: 'http', folder });
  const pending = WARM_UP + ROUNDS * CLICKS;
  const ours = await startApp(loaderPort, { side: 'ours', transport: 'http', folder, pending });
  const clicks = ours.values.map(pressed);
  let clicked = 0;
  const run = async (port: number, texts: string[]): Promise<number> => {
    clicked += texts.length;
    const common = { from: clicked, total: texts.length, wide: 1 };
    const job: LoadJob = { over: 'http', port, secret: SECRET, perSecond: null, texts, ...common };
    return (await measure(loader, job)).p99Us;
  };
  const part = (round: number): string[] => clicks.slice(WARM_UP + round * CLICKS, WARM_UP + (round + 1) * CLICKS);
  await run(bare.port, clicks.slice(0, WARM_UP));
  await run(ours.port, clicks.slice(0, WARM_UP));
  const values = await inRounds(ROUNDS, {
    bare: (round) => run(bare.port, part(round)),
    ours: (round) => run(ours.port, part(round)),
  });
  for (const { child } of [bare, ours]) await child.stop();
  await loader.stop();
  const metric = 'click to approval recorded, p99, vs the ack of bare Bolt';
  emit(figure({ id: 'P-H1', metric, unit: 'us', ours: values.ours, peer: values.bare, goal: { atMost: 3 } }));
}

const MANY = 1_000;
const REACTIONS = 40;
const SINGLE_MS = 10;

/** A governor with so many cases waiting, in which one more at a time is approved: milliseconds until the executor is asked. */
async function openReacting(folder: string, waiting: number) {
  const begun = new Map<string, () => void>();
  const library = [aRunbook({ service: '*' }), anEvidence({ service: '*' })];
  const stage = await openStage({ folder, library, begun: (caseId) => begun.get(caseId)?.() });
  await stage.governor.start();
  const next = createPending(stage);
  const spare = await openMany(stage, waiting - 1);
  const approve = ({ caseId, revision, digest }: Pending) =>
    stage.governor.core.decisions.record({
      kind: 'approve',
      caseId,
      revision,
      digest,
      by: APPROVER,
      via: 'button',
      eventKey: `click:${caseId}`,
      reason: null,
    });
  const react = async (): Promise<number> => {
    const pending = await next();
    const ran = new Promise<void>((resolve) => begun.set(pending.caseId, resolve));
    const from = performance.now();
    const outcome = await approve(pending);
    if (!outcome.ok) throw new Error(`the approval was refused: ${outcome.refusal}`);
    await ran;
    return performance.now() - from;
  };
  const reactions = async (): Promise<number> => {
    const times: number[] = [];
    for (let at = 0; at < REACTIONS; at += 1) times.push(await react());
    return median(times);
  };
  return { reactions, waiting: spare.length + 1, close: stage.close };
}

/** P-H1's second half, and P-H2. */
async function benchReaction(emit: Emit, folder: string): Promise<void> {
  const one = await openReacting(`${folder}/one`, 1);
  const many = await openReacting(`${folder}/many`, MANY);
  await one.reactions();
  await many.reactions();
  const values = await inRounds(ROUNDS, { one: () => one.reactions(), many: () => many.reactions() });
  await one.close();
  await many.close();
  const limit = values.one.map(() => SINGLE_MS);
  emit(
    figure({
      id: 'P-H1',
      metric: `click to executor begun, p50, vs ${SINGLE_MS} ms`,
      unit: 'ms',
      ours: values.one,
      peer: limit,
      goal: { atMost: 1 },
    }),
  );
  const metric = `click to executor begun with ${MANY} cases waiting vs with one`;
  emit(figure({ id: 'P-H2', metric, unit: 'ms', ours: values.many, peer: values.one, goal: { atMost: 1.2 } }));
}

export async function benchClick(emit: Emit): Promise<void> {
  await withFolder((folder) => benchRecorded(emit, folder));
  await withFolder((folder) => benchReaction(emit, folder));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await benchClick(printFigure);
  process.exit(0);
}
