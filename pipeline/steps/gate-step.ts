import type { GovernorConfig } from '../../contracts/config.ts';
import type { Stress } from '../../contracts/findings.ts';
import type { Source } from '../../contracts/words.ts';
import { currentRevision } from '../case-state.ts';
import type { Cases } from '../cases.ts';
import { compress } from '../compress.ts';
import { digestOf } from '../digest.ts';
import { GovernorError } from '../errors.ts';
import { gateOutput } from '../gate-output.ts';
import { scoresFrom } from '../scores.ts';
import type { RunStep } from './step.ts';
import { moved } from './step.ts';

/**
 * Every claim of a plan may be true and its action follow from none of them. An action that no counted document is about
 * runs only with a person's consent, whatever the gate says of the claims.
 */
const isDocumented = ({ about_action }: Stress): boolean => about_action !== undefined && about_action.length > 0;

/** An incident that a person typed does not vouch for a plan that somebody else sent for it: each has to be listed. */
const areListed = ({ auto_execute }: Pick<GovernorConfig, 'auto_execute'>, sources: readonly (Source | undefined)[]): boolean =>
  sources.every((source) => source === undefined || auto_execute.sources.includes(source));

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
    const auto_execute = areListed(config, [incident.source, planned.source]) && isDocumented(stress);
    return moved(await cases.record(state, { kind: 'gated', revision, compress: compressed, gate, digest, auto_execute }));
  };
}
