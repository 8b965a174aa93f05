import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Action, CatalogueFile, type Parameters } from '../../contracts/catalogue.ts';
import { ROOT } from '../fixtures/child.ts';
import { aFolder, governor, looksCrashed } from './governor.ts';

const shipped = CatalogueFile.parse(JSON.parse(readFileSync(join(ROOT, 'data/catalogue.json'), 'utf8')));
const place = shipped.actions.findIndex(({ id }) => id === 'drain_node');

/** A start on the shipped catalogue, with other parameters for what undoes `drain_node`. */
async function startedWith(parameters: Parameters) {
  const undoneBy = (action: Action): Action =>
    action.id === 'drain_node' ? { ...action, rollback: { action: 'uncordon_node', parameters } } : action;
  const folder = aFolder();
  const [catalogue, config] = [join(folder, 'catalogue.json'), join(folder, 'governor.config.json')];
  writeFileSync(catalogue, JSON.stringify({ actions: shipped.actions.map(undoneBy) }));
  writeFileSync(config, JSON.stringify({ paths: { catalogue } }));
  const env = { GOVERNOR_HOME: join(folder, 'home'), GOVERNOR_CONFIG: config, PORT: '0' };
  return governor(['start'], { env });
}

test.each<[string, Parameters, string]>([
  ['refers to nothing', { node: '{nod}' }, '`node` refers to `nod`, which is no parameter of `drain_node`'],
  ['refers to a figure for a name', { node: '{grace_s}' }, '`node` does not take every value that `grace_s` may have run with'],
  ['leaves the node to the catalogue', {}, '`node` says what is acted on and must not be left to a default: write `"{node}"`'],
])('a catalogue whose rollback %s is refused at start, and nothing is started', async (_claim, parameters, problem) => {
  const answer = await startedWith(parameters);
  expect(answer).toMatchObject({ code: 1, out: '' });
  expect(looksCrashed(answer), answer.err).toBe(false);
  expect(answer.err).toContain('the catalogue is refused, nothing was started');
  expect(answer.err).toContain(`catalogue.json: actions[${place}].rollback.parameters: ${problem}`);
});
