import { z } from 'zod';
import { ParameterValue } from '../../../contracts/catalogue.ts';
import { SUMMARY_CHARS_MAX, SYMPTOMS_MAX } from '../../../contracts/incident.ts';
import { CLAIMS_MAX } from '../../../contracts/plan.ts';
import type { Catalogue } from '../../../pipeline/catalogue.ts';
import type { Submission, Submissions, SubmittedMatter } from '../../../pipeline/submissions.ts';
import { documentIds, service, severity } from '../fields.ts';
import { defineTool, type Hints, type Tool, type ToolRefusal } from '../tool.ts';

/** How soon asking again is worth it. */
export const POLL_AFTER_S = 2;
const KEY_CHARS_MAX = 200;
const AGENT_CHARS_MAX = 100;
const ID_CHARS_MAX = 200;
const ACTIONS_NAMED_MAX = 50;

/** It writes, it destroys nothing, and a call repeated with its key changes nothing more. */
const SUBMITS: Hints = { readOnlyHint: false, destructiveHint: false, idempotentHint: true, openWorldHint: false };

const Claim = z.strictObject({
  claim: z.string().min(1).max(4_000),
  document_ids: z
    .array(z.string().min(1).max(300))
    .max(50)
    .describe('Ids of documents that support it, as the searches gave them.'),
  quote: z.string().min(1).max(2_000).optional().describe('Words that stand in one of these documents.'),
});

const matter = {
  incident_id: z
    .string()
    .max(ID_CHARS_MAX)
    .optional()
    .describe('The case the plan is for; left out, a case is opened, and service, severity and summary are needed.'),
  service: service.optional(),
  severity: severity.optional(),
  summary: z.string().max(20_000).optional().describe(`What happens, in at most ${SUMMARY_CHARS_MAX} characters; more is cut.`),
  symptoms: z
    .array(z.string().max(20_000))
    .max(5 * SYMPTOMS_MAX)
    .optional(),
};

const plan = {
  proposed_action: z.string().min(1).max(2_000),
  parameters: z
    .record(z.string().max(50), ParameterValue)
    .optional()
    .describe('Parameters of the action by name; what is left out takes its default.'),
  rationale: z.string().max(10_000).describe('Why this action, in a few sentences.'),
  key_claims: z.array(Claim).max(CLAIMS_MAX).describe('What the plan rests on. Each claim is checked against the documents.'),
  confidence_initial: z.number().min(0).max(10).describe('How sure you are, 0 to 10. It is recorded and decides nothing.'),
  retrieved_context_ids: z.array(z.string().min(1).max(300)).max(200).optional().describe('Ids of all documents that were read.'),
};

const Taken = z.strictObject({
  document_ids: documentIds,
  case_id: z.string().describe('What get_case is asked with.'),
  state: z.literal('pending'),
  fresh: z.boolean().describe('False where this key had been submitted before: nothing was added.'),
  poll_after_s: z.number().describe('How many seconds to wait before get_case is asked.'),
});

/** The way in for a plan of any outside agent. It is taken and nothing more: what becomes of it people and rules decide. */
export function submitPlanTool({ submissions, catalogue }: { submissions: Submissions; catalogue: Catalogue }): Tool {
  return defineTool({
    name: 'submit_plan',
    title: 'Submit a plan',
    description:
      'Hands in a remediation plan to be checked against documents, policies and telemetry. It answers at once with a case id; ask get_case what became of it. Nothing runs by this call.',
    input: z.strictObject({
      ...matter,
      ...plan,
      proposed_action: plan.proposed_action.describe(actionsNamed(catalogue)),
      submission_key: z
        .string()
        .min(1)
        .max(KEY_CHARS_MAX)
        .describe('A name of your own for this submission, for example a UUID. Sent again with the same key, it adds nothing.'),
      agent_name: z.string().trim().max(AGENT_CHARS_MAX).optional().describe('What you are called; shown to people.'),
    }),
    output: Taken,
    hints: SUBMITS,
    async run(asked, by) {
      const about = matterOf(asked);
      if ('code' in about) return about;
      const { submission_key: key, agent_name } = asked;
      const submission = {
        key,
        by: senderName(agent_name || by.name),
        source: 'mcp',
        matter: about,
        plan: planOf(asked),
      } as const;
      const taken = await submissions.submit(submission);
      if (!taken.ok) return { ok: false, code: taken.refusal, message: taken.detail };
      const answer = { case_id: taken.state.caseId, state: 'pending' as const, fresh: taken.fresh, poll_after_s: POLL_AFTER_S };
      return { ok: true, answer: { document_ids: [], ...answer } };
    },
  });
}

/** An outside agent has no other way to learn what there is to propose. */
function actionsNamed({ actions }: Catalogue): string {
  const named = [...actions.values()].slice(0, ACTIONS_NAMED_MAX).map(({ id, parameters }) => {
    const names = Object.keys(parameters);
    return names.length === 0 ? id : `${id} (${names.join(', ')})`;
  });
  const more = actions.size - named.length;
  return `The id of an action of the catalogue, with its parameters in brackets: ${named.join('; ')}${more > 0 ? `; and ${more} more` : ''}.`;
}

type Asked = z.infer<z.ZodObject<typeof matter & typeof plan>>;

function matterOf(asked: Asked): SubmittedMatter | ToolRefusal {
  const { incident_id, service: name, severity: stated, summary, symptoms = [] } = asked;
  // Models send an empty text where they mean none.
  if (incident_id) return { case_id: incident_id };
  if (name !== undefined && stated !== undefined && summary !== undefined)
    return { service: name, severity: stated, summary, symptoms };
  const message = 'give either incident_id, or service, severity and summary';
  return { ok: false, code: 'invalid_input', message };
}

function planOf(asked: Asked): Submission['plan'] {
  const { proposed_action, parameters = {}, rationale, key_claims, confidence_initial, retrieved_context_ids = [] } = asked;
  return { proposed_action, parameters, rationale, key_claims, confidence_initial, retrieved_context_ids };
}

/** A claim of whoever sent it, marked as such: nobody can call himself by a person's id. */
function senderName(name: string | null | undefined): string {
  const plain = (name ?? '').replace(/[^\p{L}\p{N} ._/@-]+/gu, ' ').trim();
  return `mcp:${plain.slice(0, AGENT_CHARS_MAX).toWellFormed() || 'agent'}`;
}
