import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ReliabilityScores } from '../../contracts/reliability-scores.ts';
import { loadPublished, publishedOf } from '../../src/scores/published.ts';

const FILE = 'data/reliability-scores.json';
const table = () => ReliabilityScores.parse(JSON.parse(readFileSync(FILE, 'utf8')));
const published = loadPublished(FILE);

describe('the shipped table of published figures', () => {
  test('names each model once, with a figure of at least one framework', () => {
    const names = table().models.map(({ model }) => model.toLowerCase());
    expect(new Set(names).size).toBe(names.length);
    for (const { ddft, cdct, eect } of table().models) expect(ddft ?? cdct ?? eect).toBeDefined();
  });

  test('says of each framework where its figures were read, and when', () => {
    for (const source of Object.values(table().sources)) {
      expect(source.where).not.toBe('');
      expect(source.read_on).toMatch(/^\d{4}-\d{2}-\d{2}$/);
    }
  });

  test.each([
    ['gpt-5.4', 'cdct', 'u_curve_magnitude', 0.6516],
    ['GPT-5.4', 'eect', 'ecs', 8.433],
    ['anthropic/claude-sonnet-4-6', 'eect', 'ecs', 8.522],
    ['phi-4', 'ddft', 'comprehension_integrity', 0.805],
  ] as const)('finds %s however its name is written', (model, framework, figure, value) => {
    expect(published(framework, model)?.figures.get(figure)).toBe(value);
  });

  test.each(['gpt-99', '', 'constructor', '__proto__'])('knows nothing of `%s`', (model) => {
    expect(published('ddft', model)).toBeNull();
  });

  test('says where publications contradict one another', () => {
    expect(published('ddft', 'gpt-5')?.note).toMatch(/contradict one another/);
    expect(published('ddft', 'o3')?.note).not.toMatch(/contradict/);
  });

  test('a figure out of range is refused with its key', () => {
    const wrong = { ...table(), models: [{ model: 'm', eect: { ecs: 11, act_rate: 0.5 } }] };
    expect(ReliabilityScores.safeParse(wrong).success).toBe(false);
    expect(() => loadPublished('data/nowhere.json')).toThrow(/nowhere\.json/);
    expect(publishedOf(table())('cdct', 'm')).toBeNull();
  });
});
