import { readFileSync } from 'node:fs';
import { Simulation } from '../../../contracts/scenario.ts';
import { consentFor } from '../../../pipeline/consent.ts';
import { GovernorError, problemOf } from '../../../pipeline/errors.ts';
import { telemetryOf } from '../../app/ports.ts';
import { simulate as decideOn } from '../../app/simulate.ts';
import { withWorld } from '../../app/simulated-world.ts';
import { stockLibrary } from '../../app/stock-library.ts';
import type { Command } from '../command.ts';
import { EXIT } from '../command.ts';
import { decisionPart } from '../inks.ts';
import type { Opened } from '../opened.ts';
import { withStore } from '../opened.ts';
import { bad, faint, print, table } from '../print.ts';

function readSimulation(file: string): Simulation {
  try {
    return Simulation.parse(JSON.parse(readFileSync(file === '-' ? 0 : file, 'utf8')));
  } catch (fault) {
    throw new GovernorError('usage', `\`${file}\` is no simulation {incident, plan}: ${problemOf(fault)}`, { cause: fault });
  }
}

/** Telemetry as it is where there is some; in the simulated world as it would be with the incident on. */
async function decided(opened: Opened, simulation: Simulation) {
  const { settings, log, elastic, names } = opened;
  await stockLibrary(opened);
  const decidedBy = async (sandboxUrl: string | null) =>
    decideOn(opened, simulation, await telemetryOf({ sandboxUrl, elastic, names, config: settings.config.elasticsearch }));
  if (settings.mode !== 'sandbox') return decidedBy(settings.sandboxUrl);
  return withWorld(settings, simulation.incident.service, log, decidedBy);
}

export const simulate: Command = {
  name: 'simulate',
  usage: 'FILE',
  says: 'stresses and decides {incident, plan} on the library and telemetry as they are; nothing is recorded and nothing runs',
  words: { min: 1, max: 1 },
  options: {},
  async run(invocation) {
    const simulation = readSimulation(invocation.words[0] ?? '');
    const { gate, stress, digest } = await withStore((opened) => decided(opened, simulation));
    const needs = consentFor(gate.reasons, { absolutePolicy: stress.policies.some(({ absolute }) => absolute) });
    const answer = {
      incident_id: gate.incident_id,
      decision: gate.decision,
      reasons: gate.reasons,
      needs,
      digest,
      rules: gate.rules,
      flips: gate.flips,
      findings: stress.findings,
      claims: stress.claims,
      documents: stress.documents,
    };
    print(invocation, answer, () => [
      [decisionPart(gate.decision), gate.reasons.length > 0 ? `: ${gate.reasons.join(', ')}` : ''],
      ...table([
        ['', ...['RULE', 'MEASURED', 'MUST BE'].map(faint)],
        ...gate.rules.map(({ rule, measured, threshold, passed }) => [
          passed ? faint('passed') : bad('FAILED'),
          rule,
          JSON.stringify(measured),
          JSON.stringify(threshold),
        ]),
      ]),
      `Consent that would pass it: ${needs}`,
    ]);
    return gate.decision === 'execute' ? EXIT.good : EXIT.badNews;
  },
};
