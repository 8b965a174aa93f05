import { z } from 'zod';
import { GovernorError } from '../../../pipeline/errors.ts';
import { PLANNER_TOOLS } from '../../mcp/planner-tools.ts';
import { bad, type Finding, good } from '../../operations/finding.ts';
import { readLimited } from '../../outward/limited-body.ts';
import { faultOfStatus, kibanaFault } from './faults.ts';
import { createKibanaHttp, type KibanaHttp } from './http.ts';
import { ourToolIn } from './retrieved.ts';

export type CheckedKibana = {
  kibana: { url: string; apiKey: string | null; agentId: string | null } | null;
  /** `planner.agent_builder.tool_ids` of the config. */
  toolIds: readonly string[];
};

const TIMEOUT_MS = 10_000;
const BYTES_MAX = 4 * 1024 * 1024;
const GUIDE = 'see docs/kibana.md';

const Agent = z.looseObject({
  name: z.string(),
  configuration: z.looseObject({ tools: z.array(z.looseObject({ tool_ids: z.array(z.string()) })).default([]) }),
});
const Listed = z.looseObject({
  results: z.array(
    z.looseObject({ id: z.string(), confirmation: z.looseObject({ askUser: z.string().default('never') }).optional() }),
  ),
});
type Tools = z.infer<typeof Listed>['results'];

/**
 * Whether an agent in Kibana could plan for us: the key is taken, the agent is there, it has our tools, and they ask
 * nobody. Nothing is asked of the agent itself, because that costs money. Faults are findings here, in a sentence.
 */
export async function checkKibana({ kibana, toolIds }: CheckedKibana): Promise<Finding[]> {
  if (kibana === null) return [];
  const { url, apiKey, agentId } = kibana;
  if (apiKey === null || agentId === null) {
    const missing = apiKey === null ? 'KIBANA_API_KEY' : 'AGENT_ID';
    return [bad('Kibana', `${missing} is not given, so no agent can be asked`, `give ${missing}; ${GUIDE}`)];
  }
  const http = createKibanaHttp({ url, apiKey });
  const agent = await asked(http, `/api/agent_builder/agents/${encodeURIComponent(agentId)}`, Agent);
  if (!agent.ok) return [bad('Kibana', agent.problem, `check KIBANA_URL, KIBANA_API_KEY and AGENT_ID; ${GUIDE}`)];
  const found = good('Kibana', `the key is taken, and the agent \`${agentId}\` is there (${agent.value.name})`);
  const listed = await asked(http, '/api/agent_builder/tools', Listed);
  if (!listed.ok) return [found, bad('tools', listed.problem, `let the key read Agent Builder; ${GUIDE}`)];
  const own = agent.value.configuration.tools.flatMap(({ tool_ids }) => tool_ids);
  return [found, ...toolChecks(listed.value.results, own, toolIds)];
}

function toolChecks(tools: Tools, own: readonly string[], pinned: readonly string[]): Finding[] {
  const known = new Set(tools.map(({ id }) => id));
  const usable = own.filter((id) => (pinned.length === 0 || pinned.includes(id)) && (id === '*' || known.has(id)));
  const has = (tool: string): boolean => usable.includes('*') || usable.some((id) => ourToolIn(id) === tool);
  const missing = PLANNER_TOOLS.filter((tool) => !has(tool));
  const gone = pinned.filter((id) => !known.has(id));
  const asking = tools.filter(({ id, confirmation }) => usable.includes(id) && (confirmation?.askUser ?? 'never') !== 'never');
  return [
    missing.length === 0
      ? good('tools', `the agent has all ${PLANNER_TOOLS.length} of the governor's`)
      : bad(
          'tools',
          `the agent lacks ${missing.join(', ')}`,
          `import them from the MCP connector and give them to the agent; ${GUIDE}`,
        ),
    ...(gone.length === 0
      ? []
      : [
          bad(
            'tools',
            `planner.agent_builder.tool_ids names ${gone.join(', ')}, which Kibana does not have`,
            'name them as Kibana lists them',
          ),
        ]),
    ...(asking.length === 0
      ? []
      : [
          bad(
            'tools',
            `${asking.map(({ id }) => id).join(', ')} would ask a person, who is answered with no`,
            'set "ask the user" of these tools to never',
          ),
        ]),
  ];
}

type Answer<T> = { ok: true; value: T } | { ok: false; problem: string };

async function asked<T>(http: KibanaHttp, path: string, shape: z.ZodType<T>): Promise<Answer<T>> {
  try {
    const response = await http.send({ method: 'GET', path, signal: AbortSignal.timeout(TIMEOUT_MS) });
    const text = await readLimited(response, BYTES_MAX);
    if (!response.ok) return { ok: false, problem: faultOfStatus(response.status, text).message };
    const parsed = shape.safeParse(JSON.parse(text));
    return parsed.success ? { ok: true, value: parsed.data } : { ok: false, problem: kibanaFault('kibana_unreadable').message };
  } catch (fault) {
    const problem = fault instanceof GovernorError ? fault : kibanaFault('kibana_away', '', fault);
    return { ok: false, problem: problem.message };
  }
}
