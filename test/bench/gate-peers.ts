import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { z } from 'zod';
import { howToGet, peersFolder } from './peers.ts';

/** The figures that four rules need, as the peers get them. */
export type Few = {
  incidentId: string;
  action: string;
  severity: 'low' | 'medium' | 'high' | 'critical';
  policyConflicts: string[];
  contradictions: number;
  coverage: number;
  support: number;
};
type Decide = (x: Few) => Promise<readonly string[]>;
export type Peer =
  | { ok: true; name: string; decide: Decide; loops: number; times: number }
  | { ok: false; name: string; missing: string };

type Known = {
  name: string;
  /** As npm knows it. */
  package: string;
  /** What it needs besides, where anything. */
  needs?: string;
  times: number;
  loops: number;
  open: (load: (name: string) => unknown, folder: string) => Promise<Decide>;
};

// The peers are no part of the project: what is used of each is described here, and parsed, because their types are not installed.
type Call = (...args: unknown[]) => unknown;
const Callable = z.custom<Call>((value) => typeof value === 'function');
const Fired = z.object({ events: z.array(z.object({ type: z.string() })) });
type Engine = { addOperator: Call; addRule: Call; run: Call };
const RulesEngine = z.object({ Engine: z.custom<new (...args: unknown[]) => Engine>((value) => typeof value === 'function') });

async function openRulesEngine(load: (name: string) => unknown): Promise<Decide> {
  const engine = new (RulesEngine.parse(load('json-rules-engine')).Engine)([], { allowUndefinedFacts: true });
  engine.addOperator('nonEmpty', (value: unknown) => Array.isArray(value) && value.length > 0);
  const rule = (type: string, ...all: object[]) => engine.addRule({ name: type, conditions: { all }, event: { type } });
  rule('policy_conflict', { fact: 'policyConflicts', operator: 'nonEmpty', value: true });
  rule('contradictions', { fact: 'contradictions', operator: 'greaterThanInclusive', value: 2 });
  rule('unsupported', { fact: 'coverage', operator: 'lessThan', value: 0.34 }, { fact: 'support', operator: 'equal', value: 0 });
  rule('critical_severity', { fact: 'severity', operator: 'equal', value: 'critical' });
  return async (x) => Fired.parse(await engine.run(x)).events.map(({ type }) => type);
}

const Cedar = z.object({ preparsePolicySet: Callable, statefulIsAuthorized: Callable });
const CedarAnswer = z.object({
  response: z.object({ decision: z.string(), diagnostics: z.object({ reason: z.array(z.string()) }) }),
});
const CEDAR_POLICIES = {
  execute: 'permit(principal, action, resource);',
  policy_conflict: 'forbid(principal, action, resource) when { context.policyConflicts > 0 };',
  contradictions: 'forbid(principal, action, resource) when { context.contradictions >= 2 };',
  unsupported: 'forbid(principal, action, resource) when { context.coveragePct < 34 && context.support == 0 };',
  critical_severity: 'forbid(principal, action, resource) when { context.severity == "critical" };',
};

async function openCedar(load: (name: string) => unknown): Promise<Decide> {
  const cedar = Cedar.parse(load('@cedar-policy/cedar-wasm/nodejs'));
  cedar.preparsePolicySet('gate', { staticPolicies: CEDAR_POLICIES });
  const uid = {
    principal: { type: 'Agent', id: 'governor' },
    action: { type: 'Action', id: 'execute' },
    resource: { type: 'Service', id: 's' },
  };
  return async (x) => {
    const figures = { contradictions: x.contradictions, support: x.support, severity: x.severity };
    const context = { ...figures, policyConflicts: x.policyConflicts.length, coveragePct: Math.round(x.coverage * 100) };
    const asked = { ...uid, context, preparsedPolicySetId: 'gate', entities: [], validateRequest: false };
    const { response } = CedarAnswer.parse(cedar.statefulIsAuthorized(asked));
    return response.decision === 'allow' ? [] : response.diagnostics.reason;
  };
}

const Opa = z.object({ loadPolicy: Callable });
const OpaPolicy = z.object({ evaluate: Callable });
const OpaAnswer = z.array(z.object({ result: z.object({ reasons: z.array(z.string()) }) })).min(1);
const OPA_NAMES: Record<string, string> = { no_evidence: 'unsupported', critical: 'critical_severity' };

async function openOpa(load: (name: string) => unknown, folder: string): Promise<Decide> {
  const wasm = readFileSync(join(folder, 'opa.wasm'));
  const policy = await Opa.parse(load('@open-policy-agent/opa-wasm')).loadPolicy(wasm);
  const evaluate = (x: Few): unknown => OpaPolicy.parse(policy).evaluate.call(policy, x);
  return async (x) => (OpaAnswer.parse(evaluate(x))[0]?.result.reasons ?? []).map((reason) => OPA_NAMES[reason] ?? reason);
}

const KNOWN: readonly Known[] = [
  { name: 'json-rules-engine', package: 'json-rules-engine', times: 300, loops: 2, open: openRulesEngine },
  { name: 'cedar-wasm, preparsed', package: '@cedar-policy/cedar-wasm', times: 400, loops: 2, open: openCedar },
  {
    name: 'opa-wasm',
    package: '@open-policy-agent/opa-wasm',
    needs: 'opa.wasm in that folder (its build-opa.sh makes it, with Go)',
    times: 50,
    loops: 8,
    open: openOpa,
  },
];

/** The peers that can be loaded from the folder of the peers; of the others, how to get them. */
export async function gatePeers(): Promise<Peer[]> {
  const folder = peersFolder();
  if (folder === undefined) return KNOWN.map((known) => missing(known));
  const load = createRequire(join(folder, 'package.json'));
  return Promise.all(KNOWN.map((known) => opened(known, load, folder)));
}

const missing = ({ name, package: from, needs = '' }: Known, why = ''): Peer => ({
  ok: false,
  name,
  missing: `${why === '' ? '' : `${why}: `}${howToGet(from, needs)}`,
});

async function opened(known: Known, load: (name: string) => unknown, folder: string): Promise<Peer> {
  try {
    return { ok: true, name: known.name, decide: await known.open(load, folder), loops: known.loops, times: known.times };
  } catch (fault) {
    const why = fault instanceof Error ? (fault.message.split('\n')[0] ?? '') : String(fault);
    return missing(known, why);
  }
}
