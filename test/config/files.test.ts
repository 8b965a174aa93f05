import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { loadCatalogue } from '../../src/config/catalogue-file.ts';
import { loadPolicies } from '../../src/config/policies-file.ts';
import { aCatalogue, anAction } from '../fixtures/builders.ts';

const folder = mkdtempSync(join(tmpdir(), 'files-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

describe('a catalogue file', () => {
  it('gives its actions by id and by alias', () => {
    const catalogue = loadCatalogue(file('good.json', { actions: [anAction()] }));
    expect(catalogue.byName.get('scale out the workers')?.id).toBe('scale_worker_pool');
  });

  it.each<[string, unknown, string]>([
    ['text that is no JSON', '{', 'is not JSON'],
    ['no actions', { actions: [] }, 'actions: '],
    [
      'a misspelled key',
      { actions: [{ ...anAction(), recovry: {} }] },
      'actions[0].recovry: no such key; did you mean `recovery`?',
    ],
    ['two actions of one name', { actions: [anAction(), anAction()] }, 'actions[1].id: `scale_worker_pool` is already taken'],
    ['a rollback to nowhere', { actions: [anAction({ rollback: { action: 'gone' } })] }, 'actions[0].rollback.action: `gone`'],
    [
      'one bad action among good ones',
      { actions: [anAction(), anAction({ id: 'other', aliases: [], risk: 'high' }), { id: 'x' }] },
      'actions[2].',
    ],
    ['a key written twice', '{"actions": [], "actions": []}', 'actions: is written twice'],
  ])('with %s is refused as a whole, with file, key and reason', (what, content, sentence) => {
    const path = file(`${what.replaceAll(' ', '-')}.json`, content);
    expect(() => loadCatalogue(path)).toThrow(
      expect.objectContaining({ code: 'catalogue_refused', message: expect.stringContaining(`${path}: ${sentence}`) }),
    );
  });

  it('that is not there is refused', () => {
    expect(() => loadCatalogue(join(folder, 'gone'))).toThrow(/gone: does not exist/);
  });
});

describe('a policies file', () => {
  const policy = { id: 'pol-1', service: '*', blocked_actions: ['scale_worker_pool'], severities: ['high'], rule: 'Ask first.' };

  it('gives its policies, each with where it came from', () => {
    const { policies, warnings } = loadPolicies(file('policies.json', { policies: [policy] }), aCatalogue());
    expect(policies).toEqual([{ kind: 'policy', ...policy, source: 'policies.json' }]);
    expect(warnings).toEqual([]);
  });

  it('warns about a blocked action that no entry of the catalogue answers to', () => {
    const { warnings } = loadPolicies(
      file('odd.json', { policies: [{ ...policy, blocked_actions: ['teleport_everything'] }] }),
      aCatalogue(),
    );
    expect(warnings.join()).toContain('teleport_everything');
  });

  it.each<[string, unknown, string]>([
    [
      'one bad policy among good ones',
      { policies: [policy, { ...policy, id: 'pol-2', severities: ['urgent'] }] },
      'policies[1].severities[0]: ',
    ],
    [
      'two policies of one id, of which the second would replace the first',
      { policies: [policy, policy] },
      'policies[1].id: `pol-1` is taken',
    ],
    [
      'a misspelled absolute, which would make it passable',
      { policies: [{ ...policy, absolut: true }] },
      'policies[0].absolut: no such key; did you mean `absolute`?',
    ],
    [
      'a time of day that is none',
      { policies: [{ ...policy, window: { from: '25:00', to: '06:00' } }] },
      'policies[0].window.from: ',
    ],
  ])('with %s is refused as a whole', (what, content, sentence) => {
    const path = file(`${what.replaceAll(/\W+/g, '-')}.json`, content);
    expect(() => loadPolicies(path, aCatalogue())).toThrow(
      expect.objectContaining({ code: 'policies_refused', message: expect.stringContaining(sentence) }),
    );
  });
});
