import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parsePlan, parseRunbookText, parseStress } from '../../pipeline/parse-answer.ts';
import { anAnswer, aPlan } from '../fixtures/builders.ts';

const good = JSON.stringify(aPlan());
const problemOf = (text: string): string => {
  const parsed = parsePlan(text, 'inc-002');
  return parsed.ok ? 'accepted' : parsed.problem;
};
const nested = (depth: number): string => `${'['.repeat(depth)}${']'.repeat(depth)}`;

describe('a planner’s text', () => {
  test('is a plan where it is exactly one', () => {
    expect(parsePlan(good, 'inc-002')).toEqual({ ok: true, value: aPlan() });
    expect(parsePlan(`\n  ${good}\n`, 'inc-002')).toMatchObject({ ok: true });
  });

  test('may give a claim as a bare sentence, which cites nothing', () => {
    const parsed = parsePlan(JSON.stringify({ ...aPlan(), key_claims: ['All is well'] }), 'inc-002');
    expect(parsed).toMatchObject({ ok: true, value: { key_claims: [{ claim: 'All is well', document_ids: [] }] } });
  });

  test.each<[string, string, RegExp]>([
    ['empty', '', /empty/],
    ['only space', ' \n ', /empty/],
    ['in a code fence', `\`\`\`json\n${good}\n\`\`\``, /code fence/],
    ['with words before it', `Here is my plan: ${good}`, /does not begin/],
    ['with words after it', `${good}\nI hope this helps`, /does not end/],
    ['two objects', `${good}${good}`, /no valid JSON/],
    ['two objects on two lines', `${good}\n${good}`, /no valid JSON/],
    ['cut', good.slice(0, -20), /does not end|no valid JSON/],
    ['cut at a brace', `${good.slice(0, good.indexOf('}') + 1)}`, /no valid JSON/],
    ['a list of one plan', `[${good}]`, /does not begin/],
    ['a word', 'null', /does not begin/],
    ['with NaN', good.replace('"confidence_initial":8', '"confidence_initial":NaN'), /no valid JSON/],
    ['with an endless number', good.replace('"confidence_initial":8', '"confidence_initial":1e999'), /`confidence_initial`/],
    ['with a comment', good.replace('{', '{/* x */'), /no valid JSON/],
    ['with a comma too many', good.replace(/\}$/, ',}'), /no valid JSON/],
    ['with a key given twice', good.replace('{', '{"proposed_action":"restart_api_pods",'), /one key twice/],
    [
      'with a key given twice in other letters',
      good.replace('{', '{"proposed\\u005faction":"restart_api_pods",'),
      /one key twice/,
    ],
    ['with a key twice in a claim', good.replace('{"claim":', '{"claim":"x","claim":'), /one key twice/],
    ['with a prototype', good.replace('{', '{"__proto__":{"a":1},'), /`__proto__`/],
    ['with a prototype deep inside', good.replace('"parameters":{', '"parameters":{"__proto__":1'), /`__proto__`/],
    ['with an extra key', good.replace('{', '{"approved":true,'), /schema/],
    ['without a key', JSON.stringify({ ...aPlan(), rationale: undefined }), /`rationale`/],
    ['with a wrong type', JSON.stringify({ ...aPlan(), confidence_initial: '8' }), /`confidence_initial`/],
    ['too sure of itself', JSON.stringify({ ...aPlan(), confidence_initial: 11 }), /`confidence_initial`/],
    ['with a nested parameter', JSON.stringify({ ...aPlan(), parameters: { cmd: { run: 'rm' } } }), /`parameters\.cmd`/],
    ['with too many claims', JSON.stringify({ ...aPlan(), key_claims: Array.from({ length: 21 }, () => 'x') }), /`key_claims`/],
    ['for another incident', JSON.stringify({ ...aPlan(), incident_id: 'inc-999' }), /`incident_id` must be `inc-002`/],
    ['larger than 256 kB', JSON.stringify({ ...aPlan(), rationale: 'x'.repeat(270_000) }), /bytes/],
    ['larger than that in bytes, not in letters', JSON.stringify({ ...aPlan(), rationale: 'é'.repeat(140_000) }), /bytes/],
    ['nested too deep', good.replace('{', `{"x":${nested(21)},`), /nested deeper/],
    ['nested a hundred thousand deep', good.replace('{', `{"x":${nested(100_000)},`), /nested deeper|no valid JSON/],
  ])('%s is refused', (_claim, text, problem) => {
    expect(problemOf(text)).toMatch(problem);
  });

  test('may nest twenty deep as far as depth goes', () => {
    expect(problemOf(good.replace('{', `{"x":${nested(19)},`))).toMatch(/schema/);
  });

  test('may hold braces, quotes and repeated words inside its texts', () => {
    const rationale = 'a "claim": {"claim": "x", "claim": [1, 2]} \\" }{ ]';
    expect(parsePlan(JSON.stringify({ ...aPlan(), rationale }), 'inc-002')).toMatchObject({ ok: true, value: { rationale } });
  });

  test('is told what is wrong with it in few words, which never repeat a secret', () => {
    const token = `xoxb-${'1'.repeat(12)}-abcdefghijkl`;
    for (const text of [`${token}`, `{"${token}": 1}`, `{"incident_id": ${token}}`, JSON.stringify({ ...aPlan(), [token]: 1 })]) {
      expect(problemOf(text).length).toBeLessThanOrEqual(400);
      expect(problemOf(text)).not.toContain(token);
    }
  });

  test('comes out without the secrets that were in it', () => {
    const token = `ghp_${'Ab1'.repeat(12)}`;
    const parsed = parsePlan(JSON.stringify({ ...aPlan(), rationale: `use ${token}`, parameters: { note: token } }), 'inc-002');
    expect(parsed).toMatchObject({ ok: true, value: { rationale: 'use [redacted]', parameters: { note: '[redacted]' } } });
  });

  test('never throws, whatever it is', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.json().map((json) => good.replace('8', json)),
        ),
        (text) => {
          expect(typeof parsePlan(text, 'inc-002').ok).toBe('boolean');
        },
      ),
      { numRuns: 1_000 },
    );
  });

  test('cut anywhere is refused', () => {
    for (let end = 0; end < good.length; end += 1) expect(parsePlan(good.slice(0, end), 'inc-002').ok).toBe(false);
  });
});

describe('a stress answer', () => {
  test('is read as strictly', () => {
    expect(parseStress(JSON.stringify(anAnswer()), 'inc-002')).toEqual({ ok: true, value: anAnswer() });
    expect(parseStress(JSON.stringify(anAnswer()), 'inc-003')).toMatchObject({ ok: false });
    expect(parseStress(JSON.stringify({ ...anAnswer(), decision: 'execute' }), 'inc-002')).toMatchObject({ ok: false });
    expect(parseStress(good, 'inc-002')).toMatchObject({ ok: false });
  });
});

describe('the words of a learned runbook', () => {
  test('are a title and a body, and nothing more', () => {
    expect(parseRunbookText('{"title":"T","body":"B"}')).toEqual({ ok: true, value: { title: 'T', body: 'B' } });
    expect(parseRunbookText('{"title":"T","body":"B","status":"accepted"}')).toMatchObject({ ok: false });
    expect(parseRunbookText('{"title":" ","body":"B"}')).toMatchObject({ ok: false });
  });
});
