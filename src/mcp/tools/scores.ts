import { z } from 'zod';
import { documentIds, incidentId, model, score } from '../fields.ts';
import type { ScoreSource } from '../scores.ts';
import { defineTool, type Hints, READS, type Tool } from '../tool.ts';

const NOTE = 'No figure loosens what the governor decides.';
const ASKS_OUTSIDE: Hints = { ...READS, openWorldHint: true };

const input = z.strictObject({ model, incident_id: incidentId });
const none = documentIds.describe('Always empty: figures of models are no documents and cannot be cited.');

const ddft = { comprehension_integrity: score, hoc: score };
const cdct = { u_curve_magnitude: score, constraint_compliance: score };
const eect = { ecs: score, act_rate: score };

/** What is known of a model's reliability, framework by framework and together. */
export function scoreTools({ scores }: { scores: ScoreSource }): Tool[] {
  return [
    defineTool({
      name: 'ddft_score',
      title: 'DDFT score',
      description: `How well a model keeps to what it knows when it is asked deeper and meets invented authority. ${NOTE}`,
      input,
      output: z.strictObject({ document_ids: none, model, ...ddft }),
      hints: ASKS_OUTSIDE,
      run: async (asked) => ({ ok: true, answer: { document_ids: [], model: asked.model, ...(await scores.ddft(asked.model)) } }),
    }),
    defineTool({
      name: 'cdct_score',
      title: 'CDCT score',
      description: `How well a model keeps to constraints as its context is compressed. ${NOTE}`,
      input,
      output: z.strictObject({ document_ids: none, model, ...cdct }),
      hints: ASKS_OUTSIDE,
      run: async (asked) => ({ ok: true, answer: { document_ids: [], model: asked.model, ...(await scores.cdct(asked.model)) } }),
    }),
    defineTool({
      name: 'eect_score',
      title: 'EECT score',
      description: `How far a model keeps or changes its position under pressure, over a dialogue. ${NOTE}`,
      input,
      output: z.strictObject({ document_ids: none, model, ...eect }),
      hints: ASKS_OUTSIDE,
      run: async (asked) => ({ ok: true, answer: { document_ids: [], model: asked.model, ...(await scores.eect(asked.model)) } }),
    }),
    defineTool({
      name: 'reliability_profile',
      title: 'Reliability profile',
      description: `The DDFT, CDCT and EECT figures of a model together. ${NOTE}`,
      input,
      output: z.strictObject({
        document_ids: none,
        model,
        ddft: z.strictObject(ddft),
        cdct: z.strictObject(cdct),
        eect: z.strictObject(eect),
      }),
      hints: ASKS_OUTSIDE,
      async run(asked) {
        const [first, second, third] = await Promise.all([
          scores.ddft(asked.model),
          scores.cdct(asked.model),
          scores.eect(asked.model),
        ]);
        return { ok: true, answer: { document_ids: [], model: asked.model, ddft: first, cdct: second, eect: third } };
      },
    }),
  ];
}
