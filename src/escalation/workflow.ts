import { z } from 'zod';
import { posted } from './posted.ts';
import type { Teller } from './teller.ts';

type Options = {
  /** KIBANA_URL, with the space where it carries one. */
  url: string;
  apiKey: string;
  workflowId: string;
  /** With `{id}` for the workflow's id. */
  runPath: string;
  space: string | null;
  timeoutMs: number;
};

const Started = z.object({ workflowExecutionId: z.string().max(500) });

/** Starts a workflow in Kibana with the notice as its input; the workflow pages whom it is made to page. */
export function createWorkflowTeller({ url, apiKey, workflowId, runPath, space, timeoutMs }: Options): Teller {
  const base = `${url.replace(/\/+$/, '')}${space === null ? '' : `/s/${space}`}`;
  const address = `${base}${runPath.replaceAll('{id}', () => encodeURIComponent(workflowId))}`;
  const headers = { 'content-type': 'application/json', 'kbn-xsrf': 'governor', authorization: `ApiKey ${apiKey}` };
  return async (notice) => {
    const body = JSON.stringify({ inputs: { incident_escalation: notice }, metadata: { escalation_key: notice.key } });
    const { body: said } = await posted({ method: 'POST', url: address, headers, body, timeoutMs, name: 'the Kibana workflow' });
    const started = Started.safeParse(said);
    // Any answer of success means that it was taken; the id only helps whoever looks for the execution.
    const detail = started.success ? `execution ${started.data.workflowExecutionId}` : 'started';
    return { to: workflowId, detail };
  };
}
