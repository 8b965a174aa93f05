import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Action } from '../../contracts/catalogue.ts';
import { LibraryFile } from '../../contracts/documents.ts';
import { Scenario } from '../../contracts/scenario.ts';
import { looksSecret } from '../../pipeline/looks-secret.ts';
import { resolveParameters } from '../../pipeline/parameters.ts';
import { unansweredNames } from '../../pipeline/policies.ts';
import { rollbackOf } from '../../pipeline/rollback.ts';
import { loadCatalogue } from '../../src/config/catalogue-file.ts';
import { readConfig } from '../../src/config.ts';
import { documentsOf } from '../fixtures/memory-library.ts';

const { paths } = readConfig({ env: {} });
const json = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'));
const catalogue = loadCatalogue(paths.catalogue);
const sample = LibraryFile.parse(json(paths.sampleLibrary));
const world = z
  .object({
    services: z.array(
      z.object({ service: z.string(), right_actions: z.array(z.string()), harmful_actions: z.array(z.string()) }),
    ),
  })
  .parse(json(paths.world));

describe('the catalogue', () => {
  const actions = [...catalogue.actions.values()];

  /** Nothing of the catalogue knows which one is meant, so a plan has to say it. */
  const SAID: Record<string, string> = { disable_feature_flag: 'flag', uncordon_node: 'node' };

  it.each(actions.filter(({ id }) => SAID[id] === undefined).map((action) => [action.id, action] as const))(
    'gives %s every parameter it needs for any service',
    (_id, action) => {
      expect(resolveParameters(action, {}, { service: 'web', severity: 'low' }).problems).toEqual([]);
    },
  );

  it.each(Object.entries(SAID))('has no default for what %s acts on: that must be said', (id, name) => {
    const action = catalogue.actions.get(id);
    expect(action && resolveParameters(action, {}, { service: 'web', severity: 'low' }).problems).toEqual([
      `\`${name}\` is missing and has no default`,
    ]);
  });

  it.each(actions.filter(({ rollback }) => rollback !== undefined).map((action) => [action.id, action] as const))(
    'undoes %s on what it was done to',
    (_id, action) => {
      const subject = { service: 'web', severity: 'low' } as const;
      const names = (of: Action | undefined) => Object.entries(of?.parameters ?? {}).filter(([, { type }]) => type === 'name');
      const told = names(action).map(([name, { from }]) => [name, from === undefined ? `${name}-of-the-plan` : 'web']);
      const ran = resolveParameters(action, Object.fromEntries(told), subject);
      const undoing = rollbackOf(action, ran);
      const target = catalogue.actions.get(undoing?.action ?? '');
      const undone = target && resolveParameters(target, undoing?.parameters ?? {}, subject);
      expect([ran.problems, undone?.problems]).toEqual([[], []]);
      for (const [name] of names(target)) expect(undone?.parameters[name]).toBe(ran.parameters[name]);
    },
  );

  it('checks recovery within the time of a demonstration', () => {
    expect(actions.filter(({ recovery }) => recovery.settle_s + recovery.window_s > 10)).toEqual([]);
  });
});

describe('the sample library', () => {
  it('holds the facts of the first two incidents', () => {
    const documents = new Map(documentsOf(sample).map((document) => [document.id, document]));
    expect(documents.get('rbk-api-01')).toMatchObject({ service: 'payments-api', recommended_action: 'restart_api_pods' });
    expect(documents.get('rbk-api-02')).toMatchObject({
      service: 'payments-api',
      recommended_action: 'throttle_traffic_and_tune_pool',
    });
    expect(documents.get('rbk-batch-01')).toMatchObject({ service: 'billing-batch', recommended_action: 'scale_worker_pool' });
    expect(
      ['ev-100', 'ev-101', 'ev-102', 'ev-103', 'ev-104'].map((id) => documents.get(id)?.kind === 'evidence' && documents.get(id)),
    ).toMatchObject([
      { service: 'payments-api', stance: 'support' },
      { service: 'payments-api', stance: 'contradict' },
      { service: 'payments-api', stance: 'contradict' },
      { service: 'billing-batch', stance: 'support' },
      { service: 'billing-batch', stance: 'support' },
    ]);
    expect(documents.get('pol-approval-01')).toMatchObject({
      service: 'payments-api',
      blocked_actions: ['restart_api_pods'],
      severities: ['high'],
    });
    expect(documents.get('pol-general-01')).toMatchObject({
      service: '*',
      blocked_actions: [],
      severities: ['low', 'medium', 'high'],
    });
  });

  it('names only actions of the catalogue', () => {
    const named = [
      ...sample.runbooks.map(({ recommended_action }) => recommended_action),
      ...sample.evidence.flatMap(({ actions = [] }) => actions),
    ];
    expect(named.filter((name) => !catalogue.actions.has(name))).toEqual([]);
    expect(
      unansweredNames(
        sample.policies.map((policy) => ({ kind: 'policy' as const, ...policy })),
        catalogue,
      ),
    ).toEqual([]);
  });

  it('has ids that are unique together and texts that hold no secret', () => {
    const documents = documentsOf(sample);
    expect(new Set(documents.map(({ id }) => id)).size).toBe(documents.length);
    expect(documents.filter((document) => looksSecret(JSON.stringify(document)))).toEqual([]);
  });
});

describe('the simulated world', () => {
  const services = new Map(world.services.map((service) => [service.service, service]));
  const scenarios = readdirSync(paths.scenarios).map((file) => Scenario.parse(json(`${paths.scenarios}/${file}`)));

  it('knows every service of the scenarios and of the library', () => {
    const named = [
      ...scenarios.map(({ command }) => command.split(' ')[1] ?? ''),
      ...documentsOf(sample).map(({ service }) => service),
    ];
    expect(named.filter((service) => service !== '*' && !services.has(service))).toEqual([]);
  });

  it('names only actions of the catalogue', () => {
    const named = world.services.flatMap(({ right_actions, harmful_actions }) => [...right_actions, ...harmful_actions]);
    expect(named.filter((name) => !catalogue.actions.has(name))).toEqual([]);
  });

  it.each(
    scenarios
      .filter(({ ends }) => ends.executions > 0)
      .map(({ id, ends, command }) => [id, ends, command.split(' ')[1] ?? ''] as const),
  )('lets the action of %s have the effect that its end needs', (_id, { state, action = '' }, service) => {
    expect(services.get(service)?.right_actions.includes(action)).toBe(state === 'resolved');
  });
});
