import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { currentCard, currentRevision } from '../../pipeline/case-state.ts';
import { decide, isAtRest, refOf, stateOf, untilRest, untilShown, untilTold } from '../fixtures/acts.ts';
import { openStage, type Stage } from '../fixtures/app.ts';
import { ROOT } from '../fixtures/child.ts';
import { problemsOf } from '../fixtures/oracle.ts';

const REAL = join(ROOT, '..', 'shared', 'real-data');
const SERVICE = 'search-index';
const LIMIT_MS = 120_000;
/** Of the alerts whose runbook is there, at least this share has it on the card. */
const RIGHT_RUNBOOK_SHARE = 0.85;

const Rule = z.object({
  source: z.string(),
  alert: z.string(),
  labels: z.object({ severity: z.string().optional() }),
  annotations: z.object({
    summary: z.string().optional(),
    description: z.string().optional(),
    runbook_url: z.string().optional(),
  }),
});
type Rule = z.infer<typeof Rule>;

const rulesOf = (source: string): Rule[] =>
  readFileSync(join(REAL, 'alerts', 'alert-rules.jsonl'), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => Rule.parse(JSON.parse(line)))
    .filter((rule) => rule.source === source);

const textOf = ({ alert, labels, annotations }: Rule): string => {
  const severity = labels.severity === 'critical' ? 'critical' : 'medium';
  return `/incident ${SERVICE} ${severity} ${alert}: ${annotations.summary ?? annotations.description ?? 'no summary'}`;
};

if (!existsSync(REAL)) process.stderr.write('the real alerts are not beside the project: their tests are skipped\n');

describe.skipIf(!existsSync(REAL))('real alerts, under the service the real runbooks were loaded for', () => {
  let stage: Stage;
  const rules = existsSync(REAL) ? [...rulesOf('kube-prometheus'), ...rulesOf('awesome-prometheus-alerts').slice(0, 40)] : [];

  beforeAll(async () => {
    stage = await openStage({ alone: true, config: { planner: { use: 'playbook' } } });
    const loaded = await stage.cli('load', '--runbooks', join(REAL, 'runbooks'), '--service', SERVICE, '--json');
    expect(z.object({ runbooks: z.number(), problems: z.array(z.unknown()) }).parse(JSON.parse(loaded))).toEqual({
      runbooks: 133,
      problems: [],
    });
    for (const rule of rules) expect(await stage.control.command('visitor', textOf(rule))).toMatchObject({ ok: true });
    await stage.until(
      'every alert to be decided and shown',
      () => {
        const states = stage.log.states();
        return states.length === rules.length && states.every((state) => currentCard(state)?.decisionShown) ? true : undefined;
      },
      { limitMs: LIMIT_MS },
    );
  }, LIMIT_MS);
  afterAll(() => stage.close());

  test(
    'each has its decision, none ran, and a person is offered the catalogue',
    async () => {
      await untilTold(stage);
      for (const state of stage.log.states()) {
        expect(isAtRest(state)).toBe(true);
        expect(currentRevision(state)?.gated?.gate).toMatchObject({ decision: 'block_and_escalate' });
        expect(currentRevision(state)?.planned.plan.proposed_action).toBe('investigate_and_escalate');
      }
      expect(await stage.control.effects()).toEqual([]);
      const cards = (await stage.control.messages('channel=incidents')).filter(
        ({ metadata }) => metadata?.event_payload.key === 'card',
      );
      expect(cards).toHaveLength(rules.length);
      for (const { blocks } of cards) expect(JSON.stringify(blocks)).toContain('"choose_action"');
    },
    LIMIT_MS,
  );

  test('the right runbook is among those on the card', () => {
    const states = stage.log.states();
    const asked = rules.flatMap((rule) => {
      const wanted = basename(rule.annotations.runbook_url ?? '').toLowerCase();
      const state = states.find(({ incident }) => incident.summary.startsWith(`${rule.alert}:`));
      const shown = currentRevision(state!)?.stressed?.stress.documents.map(({ id }) => id.toLowerCase()) ?? [];
      const isThere = existsSync(join(REAL, 'runbooks')) && wanted !== '' && KNOWN.has(wanted);
      return isThere ? [shown.some((id) => id.endsWith(wanted))] : [];
    });
    expect(asked.length).toBeGreaterThan(25);
    expect(asked.filter(Boolean).length / asked.length).toBeGreaterThanOrEqual(RIGHT_RUNBOOK_SHARE);
  });

  test(
    'a chosen action is governed to its end: a new revision, another person, one effect, recovery',
    async () => {
      await stage.control.world([{ service: SERVICE, error_rate: 0.3, right_actions: ['reindex_search'], status: 'incident' }]);
      for (const { caseId } of stage.log
        .states()
        .filter(({ incident }) => incident.severity === 'medium')
        .slice(0, 3))
        await govern(caseId);
      expect(await problemsOf(stage)).toEqual([]);
    },
    LIMIT_MS,
  );

  async function govern(caseId: string): Promise<void> {
    await stage.control.world([{ service: SERVICE, error_rate: 0.3, right_actions: ['reindex_search'], status: 'incident' }]);
    const before = stateOf(stage, caseId);
    expect(await stage.control.click('oncall', currentCard(before)!.ts, 'choose_action', refOf(before))).toMatchObject({
      ok: true,
    });
    const view = await stage.until('the form', async () =>
      (await stage.control.views('oncall')).find(({ type }) => type === 'modal'),
    );
    const chosen = {
      choose_action: { choose_action_select: { type: 'static_select', selected_option: { value: 'reindex_search' } } },
    };
    await stage.control.pick('oncall', view.id, 'choose_action_select', 'reindex_search');
    const form = await stage.until('the parameters', async () =>
      (await stage.control.views('oncall')).find(({ blocks }) =>
        blocks.some(({ block_id }) => block_id?.startsWith('parameter:reindex_search')),
      ),
    );
    const submitted = await stage.control.submit('oncall', form.id, chosen);
    expect(submitted).toMatchObject({ ok: true });
    const revised = await stage.until('the new revision', () => {
      const now = stateOf(stage, caseId);
      return now.revisions.length === 2 && currentCard(now)?.decisionShown ? now : undefined;
    });
    expect(currentRevision(revised)?.planned).toMatchObject({ origin: 'chosen', chosen_by: 'U00ONCALL' });
    if (revised.status === 'pending_approval') {
      expect(await decide(stage, revised, 'approve', 'oncall')).toMatchObject({ ok: true });
      expect(currentRevision(stateOf(stage, caseId))?.approvals).toEqual([]);
      await decide(stage, await untilShown(stage, caseId), 'approve', 'lead');
    }
    const end = await untilRest(stage, caseId);
    expect(end).toMatchObject({ status: 'resolved', recovery: { result: 'recovered' } });
    expect((await stage.control.effects()).filter((effect) => effect.case_id === caseId)).toMatchObject([
      { action: 'reindex_search' },
    ]);
  }
});

const KNOWN: ReadonlySet<string> = new Set(
  existsSync(REAL)
    ? readdirSync(join(REAL, 'runbooks', 'prometheus-operator'), { recursive: true, encoding: 'utf8' }).map((name) =>
        basename(name, '.md').toLowerCase(),
      )
    : [],
);
