import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { aFinding } from '../fixtures/builders.ts';
import { aFolder, governor, spawnGovernor } from './governor.ts';

const Line = z.strictObject({
  incident_id: z.string().nullable(),
  decision: z.enum(['execute', 'block_and_escalate']),
  reasons: z.array(z.string()),
  rules: z.array(z.strictObject({ rule: z.string(), measured: z.unknown(), threshold: z.unknown(), passed: z.boolean() })),
  flips: z.array(z.unknown()),
});

const decided = (out: string) =>
  out
    .trimEnd()
    .split('\n')
    .map((line) => Line.parse(JSON.parse(line)));

async function decide(lines: readonly string[]) {
  const file = join(aFolder(), 'findings.jsonl');
  writeFileSync(file, lines.join('\n'));
  const answer = await governor(['decide', file]);
  return { ...answer, lines: decided(answer.out) };
}

const finding = (changes: Parameters<typeof aFinding>[0] = {}): string => JSON.stringify(aFinding(changes));

test('each line is decided for itself, in order; one block among them is bad news', async () => {
  const { code, err, lines } = await decide([
    finding({ incident_id: 'inc-a' }),
    finding({ incident_id: 'inc-b', contradictions: 2, policy_conflicts: ['pol-1'] }),
    finding({ incident_id: 'inc-c', severity: 'critical' }),
    finding({ incident_id: 'inc-d', telemetry: null }),
    finding({ incident_id: 'inc-e', fabricated_ids: ['CAB-1'], action_known: false }),
  ]);
  expect({ code, err }).toEqual({ code: 1, err: '' });
  expect(lines.map(({ incident_id, decision, reasons }) => [incident_id, decision, reasons])).toEqual([
    ['inc-a', 'execute', []],
    ['inc-b', 'block_and_escalate', ['policy_conflict', 'contradictions']],
    ['inc-c', 'block_and_escalate', ['critical_severity']],
    ['inc-d', 'block_and_escalate', ['telemetry_unknown']],
    ['inc-e', 'block_and_escalate', ['fabricated_authority', 'unknown_action']],
  ]);
  for (const { rules } of lines) expect(rules).toHaveLength(11);
});

test('a line that cannot be read blocks with invalid_findings and stops none of the others', async () => {
  const { code, lines } = await decide([
    '{"incident_id": "inc-cut"',
    '[]',
    '{"incident_id": "inc-less"}',
    finding({ incident_id: 'inc-good' }),
    '\u0000',
    JSON.stringify({ ...aFinding({ incident_id: 'inc-more' }), approved: true }),
  ]);
  expect(code).toBe(1);
  expect(lines.map(({ incident_id, reasons }) => [incident_id, reasons])).toEqual([
    [null, ['invalid_findings']],
    [null, ['invalid_findings']],
    ['inc-less', ['invalid_findings']],
    ['inc-good', []],
    [null, ['invalid_findings']],
    ['inc-more', ['invalid_findings']],
  ]);
});

test('nothing but executes ends with 0; blank lines, line ends of other systems and no line at all are no findings', async () => {
  expect(await decide([finding(), '', '  ', `${finding()}\r`])).toMatchObject({ code: 0, lines: [{}, {}] });
  expect(await governor(['decide', '-'], { input: '' })).toEqual({ code: 0, out: '', err: '' });
});

test('a dash reads standard input, and the answer is the same', async () => {
  const input = `${finding()}\n${finding({ contradictions: 3 })}\n`;
  const piped = await governor(['decide', '-'], { input });
  expect(piped.code).toBe(1);
  expect(decided(piped.out)).toEqual((await decide(input.split('\n'))).lines);
});

test('a reader that stops reading, as head does, ends the command without a word', async () => {
  const file = join(aFolder(), 'many.jsonl');
  writeFileSync(file, `${finding()}\n`.repeat(3_000));
  const child = spawnGovernor(['decide', file]);
  let err = '';
  child.stderr.on('data', (chunk: Buffer) => {
    err += chunk.toString();
  });
  child.stdout.once('data', () => child.stdout.destroy());
  const code = await new Promise((resolve) => child.on('exit', (exit, signal) => resolve(exit ?? signal)));
  expect([0, 1]).toContain(code);
  expect(err).toBe('');
});
