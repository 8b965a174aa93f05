import { describe, expect, test } from 'vitest';
import { CHOOSE_ACTION_BLOCK, parameterBlock } from '../../../views/choose-action-modal.ts';
import { RUNBOOK_TITLE_BLOCK, runbookBodyBlock } from '../../../views/edit-runbook-modal.ts';
import {
  INCIDENT_OTHER_SERVICE_BLOCK,
  INCIDENT_SERVICE_BLOCK,
  INCIDENT_SEVERITY_BLOCK,
  INCIDENT_SUMMARY_BLOCK,
  INCIDENT_SYMPTOMS_BLOCK,
} from '../../../views/open-incident-modal.ts';
import { OVERRIDE_CASE_BLOCK, OVERRIDE_REASON_BLOCK } from '../../../views/override-modal.ts';
import { clickBody, slashBody, submitBody } from '../payloads.ts';
import type { Seeded, Stage } from '../stage.ts';
import { LEAD, ONCALL, openStage, refOf, VISITOR } from '../stage.ts';

const BLOCKED = { wrong: { contradictions: 2 } };
const CRITICAL = { incident: { severity: 'critical' as const } };

type View = { callback_id: string; private_metadata: string };
/** The form Slack was last asked to show. */
function lastView(stage: Stage, method: 'views.open' | 'views.update' = 'views.open'): View {
  const call = stage.slack.of(method).at(-1);
  if (call === undefined) throw new Error('no form was shown');
  return call.body.view as View;
}

const typed = (value: string) => ({ value: { type: 'plain_text_input', value } });
const picked = (value: string) => ({
  value: { type: 'static_select', selected_option: { text: { type: 'plain_text', text: value }, value } },
});

describe('the form of an incident', () => {
  const values = (change: Record<string, unknown> = {}) => ({
    [INCIDENT_SERVICE_BLOCK]: picked('billing-batch'),
    [INCIDENT_OTHER_SERVICE_BLOCK]: typed(''),
    [INCIDENT_SEVERITY_BLOCK]: picked('high'),
    [INCIDENT_SUMMARY_BLOCK]: typed('the queue lags'),
    [INCIDENT_SYMPTOMS_BLOCK]: typed('lag up\nworkers slow'),
    ...change,
  });
  const opened = async (): Promise<{ stage: Stage; view: View }> => {
    const stage = await openStage();
    await stage.deliver(slashBody(ONCALL, ''));
    return { stage, view: lastView(stage) };
  };

  test('opens a case before the form closes, in the channel where it was asked for', async () => {
    const { stage, view } = await opened();
    let atAck: string[] = [];
    const { acks } = await stage.deliver(submitBody(ONCALL, view, values()), async () => {
      atAck = await stage.store.caseLog.openCases();
    });
    expect(acks).toEqual([null]);
    const state = await stage.stateOf(atAck[0] ?? '');
    expect(state.incident).toMatchObject({ service: 'billing-batch', source: 'modal', symptoms: ['lag up', 'workers slow'] });
    expect(state.channel).toBe('C0INCIDENTS');
    expect(stage.told).toEqual([expect.objectContaining({ user: ONCALL, text: expect.stringContaining(state.caseId) })]);
  });

  test('sent twice opens one case', async () => {
    const { stage, view } = await opened();
    await stage.deliver(submitBody(ONCALL, view, values()));
    await stage.deliver(submitBody(ONCALL, view, values()));
    expect(await stage.store.caseLog.openCases()).toHaveLength(1);
  });

  test.each<[string, Record<string, unknown>, string]>([
    ['no summary', { [INCIDENT_SUMMARY_BLOCK]: typed('  ') }, INCIDENT_SUMMARY_BLOCK],
    ['no severity', { [INCIDENT_SEVERITY_BLOCK]: {} }, INCIDENT_SEVERITY_BLOCK],
    ['no service', { [INCIDENT_SERVICE_BLOCK]: {} }, INCIDENT_OTHER_SERVICE_BLOCK],
    [
      'a name that is none',
      { [INCIDENT_SERVICE_BLOCK]: {}, [INCIDENT_OTHER_SERVICE_BLOCK]: typed('<!channel>') },
      INCIDENT_OTHER_SERVICE_BLOCK,
    ],
  ])('with %s stays open and says so at the field', async (_what, change, block) => {
    const { stage, view } = await opened();
    const { acks } = await stage.deliver(submitBody(ONCALL, view, values(change)));
    expect(acks).toEqual([{ response_action: 'errors', errors: { [block]: expect.any(String) } }]);
    expect(await stage.store.caseLog.openCases()).toEqual([]);
  });

  const elsewhere = { [INCIDENT_SERVICE_BLOCK]: {}, [INCIDENT_OTHER_SERVICE_BLOCK]: typed('nowhere') };
  test('for a service that nothing names is opened for an approver', async () => {
    const { stage, view } = await opened();
    await stage.deliver(submitBody(ONCALL, view, values(elsewhere)));
    expect(await stage.store.caseLog.openCases()).toHaveLength(1);
  });

  test('for a service that nothing names says at the field that only approvers may', async () => {
    const { stage, view } = await opened();
    const { acks } = await stage.deliver(submitBody(VISITOR, view, values(elsewhere)));
    expect(acks).toEqual([
      { response_action: 'errors', errors: { [INCIDENT_OTHER_SERVICE_BLOCK]: expect.stringMatching(/only approvers/) } },
    ]);
    expect(await stage.store.caseLog.openCases()).toEqual([]);
  });

  test('that cannot be written stays open with everything in it, and goes to the error door', async () => {
    const { stage, view } = await opened();
    stage.gate.before = () => Promise.reject(new Error('the disk is full'));
    const { acks, faults } = await stage.deliver(submitBody(ONCALL, view, values()));
    expect(acks).toEqual([
      { response_action: 'errors', errors: { [INCIDENT_SUMMARY_BLOCK]: expect.stringMatching(/Not recorded/) } },
    ]);
    expect(faults).toHaveLength(1);
  });
});

describe('“Open anyway”', () => {
  const asked = async (): Promise<{ stage: Stage; value: string }> => {
    const stage = await openStage();
    const { acks } = await stage.deliver(slashBody(ONCALL, 'nowhere high slow'));
    const value = /"value":"((?:[^"\\]|\\.)*)"/.exec(JSON.stringify(acks[0]))?.[1] ?? '';
    return { stage, value: JSON.parse(`"${value}"`) };
  };

  test('by an approver opens one case, however often it is pressed', async () => {
    const { stage, value } = await asked();
    for (let press = 0; press < 2; press += 1) await stage.deliver(clickBody({ user: ONCALL, actionId: 'open_anyway', value }));
    expect(await stage.store.caseLog.openCases()).toHaveLength(1);
  });

  test('by anybody else opens nothing and says why', async () => {
    const { stage, value } = await asked();
    await stage.deliver(clickBody({ user: VISITOR, actionId: 'open_anyway', value }));
    expect(await stage.store.caseLog.openCases()).toEqual([]);
    expect(stage.told).toEqual([expect.objectContaining({ user: VISITOR, text: expect.stringMatching(/not named/) })]);
  });

  test('with a value that nobody made is acked, opens nothing and goes to the error door', async () => {
    const { stage } = await asked();
    const { acks, faults } = await stage.deliver(clickBody({ user: ONCALL, actionId: 'open_anyway', value: '{"service":"*"}' }));
    expect(acks).toEqual([null]);
    expect(faults).toHaveLength(1);
    expect(await stage.store.caseLog.openCases()).toEqual([]);
  });
});

describe('the form of a force override', () => {
  const opened = async (user = LEAD): Promise<{ stage: Stage; seeded: Seeded }> => {
    const stage = await openStage();
    const seeded = await stage.seed(undefined, CRITICAL);
    await stage.deliver(clickBody({ user, actionId: 'override', value: await refOf(seeded) }));
    return { stage, seeded };
  };
  const values = (caseId: string, reason = 'the replica is healthy') => ({
    [OVERRIDE_CASE_BLOCK]: typed(caseId),
    [OVERRIDE_REASON_BLOCK]: typed(reason),
  });

  test('no single click overrides: it opens the form and writes nothing', async () => {
    const { stage, seeded } = await opened();
    expect(lastView(stage).callback_id).toBe('override_submitted');
    expect((await seeded.state()).revisions[0]?.approvals).toEqual([]);
  });

  test('with the case typed and a reason overrides exactly the revision whose card opened it', async () => {
    const { stage, seeded } = await opened();
    await stage.deliver(submitBody(LEAD, lastView(stage), values(seeded.caseId)));
    expect((await stage.entries(seeded.caseId)).at(-1)?.body).toMatchObject({
      kind: 'approved',
      as: 'override',
      via: 'modal',
      by: LEAD,
      revision: 1,
      reason: 'the replica is healthy',
    });
  });

  test.each([
    ['another case typed', 'case-0002', 'the replica is healthy', OVERRIDE_CASE_BLOCK],
    ['no case typed', '', 'the replica is healthy', OVERRIDE_CASE_BLOCK],
    ['no reason', 'case-0001', '', OVERRIDE_REASON_BLOCK],
  ])('with %s stays open and writes nothing, ten times over', async (_what, caseId, reason, block) => {
    const { stage, seeded } = await opened();
    const before = await stage.entries(seeded.caseId);
    for (let attempt = 0; attempt < 10; attempt += 1) {
      const { acks } = await stage.deliver(submitBody(LEAD, lastView(stage), values(caseId, reason)));
      expect(acks).toEqual([{ response_action: 'errors', errors: { [block]: expect.any(String) } }]);
    }
    expect(await stage.entries(seeded.caseId)).toEqual(before);
  });

  test('is not even opened for somebody without the right, who reads why', async () => {
    const { stage } = await opened(VISITOR);
    expect(stage.slack.of('views.open')).toEqual([]);
    expect(stage.told).toEqual([expect.objectContaining({ user: VISITOR, text: expect.stringMatching(/not named/) })]);
  });

  test('submitted by somebody else than who opened it is judged by that person’s rights', async () => {
    const { stage, seeded } = await opened();
    const { acks } = await stage.deliver(submitBody(ONCALL, lastView(stage), values(seeded.caseId)));
    expect(acks).toEqual([null]);
    expect((await stage.entries(seeded.caseId)).at(-1)?.body).toMatchObject({ kind: 'refused', refusal: 'not_an_approver' });
    expect(stage.told).toEqual([expect.objectContaining({ user: ONCALL })]);
  });

  test('submitted after the plan changed is refused', async () => {
    const { stage, seeded } = await opened();
    const view = lastView(stage);
    const state = await seeded.state();
    await stage.parts.cases.record(state, { ...state.revisions[0]!.planned, revision: 2, origin: 'look_again' });
    await stage.deliver(submitBody(LEAD, view, values(seeded.caseId)));
    expect((await stage.entries(seeded.caseId)).at(-1)?.body).toMatchObject({ kind: 'refused', refusal: 'superseded' });
  });

  test('sent twice counts once', async () => {
    const { stage, seeded } = await opened();
    for (let sent = 0; sent < 2; sent += 1) await stage.deliver(submitBody(LEAD, lastView(stage), values(seeded.caseId)));
    const kinds = (await stage.entries(seeded.caseId)).map(({ body }) => body.kind);
    expect(kinds.filter((kind) => kind === 'approved')).toHaveLength(1);
    expect(stage.told).toEqual([]);
  });
});

describe('the form of an action', () => {
  const pick = (view: View, actionId: string) =>
    clickBody(
      { user: ONCALL, actionId: 'choose_action_select' },
      {
        view: { id: 'V1', hash: 'h', ...view },
        channel: undefined,
        message: undefined,
        container: { type: 'view', view_id: 'V1' },
        actions: [
          {
            type: 'static_select',
            action_id: 'choose_action_select',
            block_id: CHOOSE_ACTION_BLOCK,
            action_ts: '1.2',
            selected_option: { text: { type: 'plain_text', text: actionId }, value: actionId },
          },
        ],
      },
    );
  const chosen = async (): Promise<{ stage: Stage; seeded: Seeded }> => {
    const stage = await openStage();
    const seeded = await stage.seed(undefined, BLOCKED);
    await stage.deliver(clickBody({ user: ONCALL, actionId: 'choose_action', value: await refOf(seeded) }));
    await stage.deliver(pick(lastView(stage), 'restart_api_pods'));
    return { stage, seeded };
  };
  const values = (workers: string) => ({
    [CHOOSE_ACTION_BLOCK]: {
      choose_action_select: {
        type: 'static_select',
        selected_option: { text: { type: 'plain_text', text: 'x' }, value: 'restart_api_pods' },
      },
    },
    [parameterBlock('restart_api_pods', 'service')]: typed('billing-batch'),
    [parameterBlock('restart_api_pods', 'workers')]: typed(workers),
  });

  test('goes on to the parameters of what was picked', async () => {
    const { stage } = await chosen();
    expect(JSON.stringify(lastView(stage, 'views.update'))).toContain(parameterBlock('restart_api_pods', 'workers'));
  });

  test('becomes a new revision, with the chooser as a requester', async () => {
    const { stage, seeded } = await chosen();
    const { acks } = await stage.deliver(submitBody(ONCALL, lastView(stage, 'views.update'), values('12')));
    expect(acks).toEqual([null]);
    const planned = (await seeded.state()).revisions.at(-1)?.planned;
    expect(planned).toMatchObject({
      revision: 2,
      origin: 'chosen',
      chosen_by: ONCALL,
      plan: { proposed_action: 'restart_api_pods', parameters: { workers: 12 } },
    });
  });

  test.each(['0', '51', '1.5', 'many', '-1', '1e9'])('%s workers are refused at the field', async (workers) => {
    const { stage, seeded } = await chosen();
    const { acks } = await stage.deliver(submitBody(ONCALL, lastView(stage, 'views.update'), values(workers)));
    expect(acks).toEqual([
      { response_action: 'errors', errors: { [parameterBlock('restart_api_pods', 'workers')]: expect.any(String) } },
    ]);
    expect((await seeded.state()).revisions).toHaveLength(1);
  });

  test('by somebody without a part in the case changes nothing', async () => {
    const { stage, seeded } = await chosen();
    await stage.deliver(submitBody(VISITOR, lastView(stage, 'views.update'), values('12')));
    expect((await seeded.state()).revisions).toHaveLength(1);
    expect(stage.told).toEqual([expect.objectContaining({ user: VISITOR, text: expect.stringMatching(/not named/) })]);
  });

  test('picks nothing that is not in the catalogue', async () => {
    const { stage } = await chosen();
    const shown = stage.slack.of('views.update').length;
    await stage.deliver(pick(lastView(stage), 'drop_all_tables'));
    expect(stage.slack.of('views.update')).toHaveLength(shown);
  });
});

describe('the form of a learned runbook', () => {
  const opened = async (): Promise<{ stage: Stage; seeded: Seeded }> => {
    const stage = await openStage();
    await stage.store.library.put([
      {
        kind: 'runbook',
        id: 'learned-1',
        service: 'billing-batch',
        title: 'Scale',
        recommended_action: 'scale_worker_pool',
        body: 'Scale the pool.',
        status: 'learned',
      },
    ]);
    const learned = { kind: 'learned' as const, revision: 1, runbook_id: 'learned-1', title: 'Scale', text: 'Scale the pool.' };
    const seeded = await stage.seed(
      (one) => one.decided().approved().started().recorded('done').verified('recovered').add(learned),
      BLOCKED,
    );
    await stage.deliver(clickBody({ user: LEAD, actionId: 'edit_runbook', value: await refOf(seeded) }));
    return { stage, seeded };
  };
  const values = (title: string, text: string) => ({ [RUNBOOK_TITLE_BLOCK]: typed(title), [runbookBodyBlock(0)]: typed(text) });

  test('accepts it with the text that was written, without its secrets', async () => {
    const { stage } = await opened();
    await stage.deliver(submitBody(LEAD, lastView(stage), values('Scale the workers', 'Scale to 12; password=hunter2hunter2')));
    const [runbook] = await stage.store.library.get(['learned-1']);
    expect(runbook).toMatchObject({
      status: 'accepted',
      accepted_by: LEAD,
      title: 'Scale the workers',
      body: expect.stringContaining('Scale to 12'),
    });
    expect(JSON.stringify(runbook)).not.toContain('hunter2');
  });

  test('without a title stays open', async () => {
    const { stage, seeded } = await opened();
    const { acks } = await stage.deliver(submitBody(LEAD, lastView(stage), values('', 'x')));
    expect(acks).toEqual([{ response_action: 'errors', errors: { [RUNBOOK_TITLE_BLOCK]: expect.any(String) } }]);
    expect((await seeded.state()).learned?.decision).toBeNull();
  });

  test('by somebody without the right accepts nothing', async () => {
    const { stage, seeded } = await opened();
    await stage.deliver(submitBody(VISITOR, lastView(stage), values('Mine', 'x')));
    expect((await seeded.state()).learned?.decision).toBeNull();
    expect(await stage.store.library.get(['learned-1'])).toMatchObject([{ status: 'learned' }]);
  });
});

test('a form of an older version closes and does nothing', async () => {
  const stage = await openStage();
  const { acks, faults } = await stage.deliver(submitBody(LEAD, { callback_id: 'unheard_of', private_metadata: '' }, {}));
  expect({ acks, faults }).toEqual({ acks: [null], faults: [] });
});
