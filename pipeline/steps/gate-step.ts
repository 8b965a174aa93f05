import type { GovernorConfig } from '../../contracts/config.ts';
import { mayRunByItself } from '../auto-execute.ts';
import { currentRevision } from '../case-state.ts';
import type { Cases } from '../cases.ts';
import { compress } from '../compress.ts';
import { digestOf } from '../digest.ts';
import { GovernorError } from '../errors.ts';
import { gateOutput } from '../gate-output.ts';
import { scoresFrom } from '../scores.ts';
import type { RunStep } from './step.ts';
import { moved } from './step.ts';

type Parts = { cases: Cases; config: Pick<GovernorConfig, 'gate' | 'auto_execute'> };

/** Decides. Everything here is pure and read from the recorded stress, so a crash before it is written costs nothing. */
export function createGateStep({ cases, config }: Parts): RunStep {
  return async (state) => {
    const now = currentRevision(state);
    if (!now?.stressed) throw new GovernorError('not_stressed', `case ${state.caseId} has nothing to decide`);
    const { revision, planned } = now;
    const { stress } = now.stressed;
    const { incident, caseId } = state;
    const { uCurve } = scoresFrom(stress.scores);
    const compressed = compress({ incident, plan: planned.plan, stress, uCurve });
    const gate = gateOutput({ plan: planned.plan, stress, compress: compressed, limits: config.gate });
    const digest = digestOf({ caseId, revision, incident, stress, gate });
    const auto_execute = mayRunByItself(config, stress, { incident: incident.source, plan: planned.source });
    return moved(await cases.record(state, { kind: 'gated', revision, compress: compressed, gate, digest, auto_execute }));
  };
}
