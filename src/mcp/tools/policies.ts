import { z } from 'zod';
import { type Catalogue, resolveAction } from '../../../pipeline/catalogue.ts';
import { forbids } from '../../../pipeline/policies.ts';
import type { Clock, Library } from '../../../pipeline/ports.ts';
import { documentIds, incidentId, service, severity } from '../fields.ts';
import { defineTool, READS, type Tool } from '../tool.ts';

const ACTION_CHARS_MAX = 2_000;

const Conflicts = z.strictObject({
  document_ids: documentIds,
  action_id: z.string().nullable().describe('The action of the catalogue that was meant; null where it names none.'),
  action_refusal: z
    .enum(['not_in_the_catalogue', 'asks_for_people', 'not_for_this_service'])
    .nullable()
    .describe('Why no action was meant.'),
  conflicts: z.array(
    z.strictObject({
      id: z.string(),
      service: z.string(),
      rule: z.string(),
      absolute: z.boolean().describe('True where no person can consent to it either.'),
    }),
  ),
});

type Parts = { library: Pick<Library, 'policies'>; catalogue: Catalogue; clock: Clock };

/** The same question about policies that the governor asks itself, at this moment. */
export function policyTool({ library, catalogue, clock }: Parts): Tool {
  return defineTool({
    name: 'check_policy_conflicts',
    title: 'Check policy conflicts',
    description:
      'Names the policies that forbid an action for a service at a severity, now. An empty list is no permission: the governor checks again by itself.',
    input: z.strictObject({
      service,
      action: z.string().min(1).max(ACTION_CHARS_MAX).describe('The id of an action of the catalogue, or its name in words.'),
      severity,
      incident_id: incidentId,
    }),
    output: Conflicts,
    hints: READS,
    async run(asked) {
      const resolved = resolveAction(catalogue, asked.action, asked);
      const action = resolved.ok ? resolved.action : null;
      const question = { action, proposed: asked.action, service: asked.service, severity: asked.severity, now: clock.now() };
      const policies = (await library.policies(asked.service)).filter((policy) => forbids(policy, question, catalogue));
      const conflicts = policies.map(({ id, service: scope, rule, absolute }) => ({
        id,
        service: scope,
        rule,
        absolute: absolute === true,
      }));
      return {
        ok: true,
        answer: {
          document_ids: conflicts.map(({ id }) => id),
          action_id: action?.id ?? null,
          action_refusal: resolved.ok ? null : resolved.refusal,
          conflicts,
        },
      };
    },
  });
}
