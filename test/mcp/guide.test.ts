import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { ToolCall } from '../../contracts/tool-call.ts';
import { CaseStatus } from '../../contracts/words.ts';
import { ROOT } from '../fixtures/child.ts';
import { answered, mcpStage } from './stage.ts';

const guide = readFileSync(join(ROOT, 'docs', 'mcp.md'), 'utf8');
const row = (name: string): string => guide.split('\n').find((line) => line.startsWith(`| \`${name}\` |`)) ?? '';

const Call = z.object({
  jsonrpc: z.literal('2.0'),
  method: z.literal('tools/call'),
  params: z.object({ name: z.string(), arguments: z.record(z.string(), z.unknown()) }),
});

describe('the guide for builders of agents', () => {
  test('has a row for each tool, and names every field that it takes and every field that it gives', async () => {
    const { tools } = await (await mcpStage()).client.listTools();
    for (const { name, inputSchema, outputSchema } of tools) {
      expect(row(name), name).not.toBe('');
      for (const field of [...Object.keys(inputSchema.properties ?? {}), ...Object.keys(outputSchema?.properties ?? {})])
        expect(guide, `${name}: ${field}`).toMatch(new RegExp(`[\`"]${field}[\`"]`));
    }
  });

  test('names every state of a case and every field of the trace', () => {
    for (const name of [...CaseStatus.options, ...Object.keys(ToolCall.shape)]) expect(guide).toContain(`\`${name}\``);
  });

  test('its examples are answered, one after another, as they stand', async () => {
    const { client } = await mcpStage();
    const blocks = [...guide.matchAll(/```json\n([\s\S]*?)```/g)].map(([, text = '']) => Call.parse(JSON.parse(text)));
    expect(blocks.map(({ params }) => params.name)).toEqual(['search_evidence', 'submit_plan', 'get_case']);
    let caseId = '';
    for (const { params } of blocks) {
      const input = params.arguments.case_id === 'CASE' ? { case_id: caseId } : params.arguments;
      const answer = await answered(client, params.name, input);
      if (params.name === 'submit_plan') caseId = String(answer.case_id);
    }
    expect(caseId).toMatch(/^inc-/);
  });

  test('every refusal that a tool can give has a row that says what to do', () => {
    const submissions = readFileSync(join(ROOT, 'pipeline', 'submissions.ts'), 'utf8');
    const details = /const DETAILS[^=]*= \{([\s\S]*?)\n\};/.exec(submissions)?.[1] ?? '';
    const codes = [...details.matchAll(/^ {2}(\w+):/gm)].map(([, code = '']) => code);
    expect(codes.length).toBeGreaterThan(5);
    for (const code of [...codes, 'invalid_input', 'invalid_plan', 'unknown_service', 'timed_out', 'internal'])
      expect(guide).toContain(`\`${code}\``);
  });
});
