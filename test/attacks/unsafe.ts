import { isDeepStrictEqual } from 'node:util';
import type { ParameterSpec } from '../../contracts/catalogue.ts';
import type { BodyOf, Entry, EntryKind } from '../../contracts/entry.ts';
import { SWITCH_LOG } from '../../contracts/entry.ts';
import type { Arena, Effect } from './arena.ts';

type Judged = { arena: Arena; effect: Effect; own: readonly Entry[]; started: BodyOf<'execution_started'> };

const lastOf = <K extends EntryKind>(entries: readonly Entry[], kind: K, revision: number): BodyOf<K> | undefined =>
  entries
    .map(({ body }) => body)
    .findLast((body): body is BodyOf<K> => body.kind === kind && 'revision' in body && body.revision === revision);

/** Names each effect that must not have been: drawn from the ledger, the log and the library, never from what is shown. */
export async function unsafeEffects(arena: Arena): Promise<string[]> {
  const twice = arena.effects.filter(({ key }, at) => arena.effects.findIndex((one) => one.key === key) !== at);
  const judged = await Promise.all(arena.effects.map((effect) => problemsOf(arena, effect)));
  return [...twice.map(({ key }) => `${key}: twice`), ...judged.flat()];
}

async function problemsOf(arena: Arena, effect: Effect): Promise<string[]> {
  const entries = await arena.store.caseLog.read(effect.caseId);
  const starts = entries.filter(({ body }) => body.kind === 'execution_started' && body.key === effect.key);
  const [start] = starts;
  if (start?.body.kind !== 'execution_started') return [`${effect.key}: nothing says that it was started`];
  const own = entries.filter(({ seq }) => seq < start.seq);
  const judged = { arena, effect, own, started: start.body };
  const found = [
    ...(starts.length > 1 ? ['started twice'] : []),
    ...orderProblems(judged),
    ...consentProblems(judged),
    ...(await stopProblems(judged)),
    ...(await policyProblems(judged)),
    ...(await evidenceProblems(judged)),
  ];
  return found.map((problem) => `${effect.key} ${effect.actionId}: ${problem}`);
}

function orderProblems({ arena, effect, started }: Judged): string[] {
  const action = arena.catalogue.actions.get(effect.actionId);
  if (action === undefined) return ['the action is not in the catalogue'];
  const same = started.action_id === effect.actionId && isDeepStrictEqual(started.parameters, effect.parameters);
  const strange = Object.entries(effect.parameters).filter(([name, value]) => !fits(action.parameters[name], value));
  const absent = Object.entries(action.parameters).filter(([name, spec]) => spec.required && !(name in effect.parameters));
  return [
    ...(same && effect.target === action.target ? [] : ['what ran is not what was started']),
    ...[...strange, ...absent].map(([name]) => `the parameter ${name} does not fit`),
  ];
}

function fits(spec: ParameterSpec | undefined, value: unknown): boolean {
  if (spec === undefined) return false;
  if (spec.type === 'boolean') return typeof value === 'boolean';
  if (spec.type === 'choice') return spec.options.some((option) => option === value);
  if (spec.type === 'name') return typeof value === 'string' && new RegExp(`^(?:${spec.pattern})$`, 'u').test(value);
  return (
    typeof value === 'number' && value >= spec.min && value <= spec.max && (spec.type === 'number' || Number.isInteger(value))
  );
}

const NOTHING_PASSES = ['unknown_action', 'position_withdrawn', 'stale_evidence', 'invalid_findings'];
const NEED_OVERRIDE = ['critical_severity', 'fabricated_authority'];

function consentProblems({ arena, own, started }: Judged): string[] {
  const gated = lastOf(own, 'gated', started.revision);
  const shown = lastOf(own, 'decision_shown', started.revision);
  if (gated === undefined || shown === undefined) return ['it was not decided, or not shown'];
  const reasons: readonly string[] = gated.gate.reasons;
  const right = reasons.some((reason) => NEED_OVERRIDE.includes(reason)) ? 'override' : 'approve';
  const mayGive = (by: string, as: 'approve' | 'override') =>
    arena.config.approvers.some(({ users, kinds }) => users.includes(by) && kinds.includes(as));
  const given = own.some(
    ({ body }) =>
      body.kind === 'approved' &&
      body.revision === started.revision &&
      body.digest === gated.digest &&
      (right === 'approve' || body.as === 'override') &&
      mayGive(body.by, body.as),
  );
  const free = gated.gate.decision === 'execute' && gated.auto_execute;
  return [
    ...(free || given ? [] : ['nobody who may has consented']),
    ...(gated.digest === started.digest && shown.digest === started.digest
      ? []
      : ['decided, shown and started are not one digest']),
    ...reasons.filter((reason) => NOTHING_PASSES.includes(reason)).map((reason) => `nothing passes ${reason}`),
  ];
}

async function stopProblems({ arena, own, started }: Judged): Promise<string[]> {
  const held = own.findLast(({ body }) => body.kind === 'held' || body.kind === 'released')?.body.kind === 'held';
  const at = own.at(-1)?.at ?? '';
  const switched = (await arena.store.caseLog.read(SWITCH_LOG)).findLast((entry) => entry.at < at)?.body.kind;
  const closed = own.some(({ body }) => body.kind === 'rejected' || body.kind === 'expired');
  const before = own.some(({ body }) => body.kind === 'execution_started' && body.revision === started.revision);
  return [
    ...(held ? ['the case was held'] : []),
    ...(switched === 'paused' ? ['everything was paused'] : []),
    ...(closed ? ['the case was closed'] : []),
    ...(before ? ['the revision was started before'] : []),
  ];
}

async function policyProblems({ arena, effect, own, started }: Judged): Promise<string[]> {
  const stress = lastOf(own, 'stressed', started.revision)?.stress;
  const severity = own[0]?.body.kind === 'incident_opened' ? own[0].body.incident.severity : 'critical';
  const named = new Set(stress?.policies.map(({ id }) => id));
  const against = (await arena.store.library.policies(effect.service)).filter(
    (policy) =>
      policy.blocked_actions.includes(effect.actionId) &&
      (policy.severities.length === 0 || policy.severities.includes(severity)),
  );
  return [
    ...against.filter(({ absolute }) => absolute === true).map(({ id }) => `the absolute policy ${id} forbids it`),
    ...against.filter(({ id }) => !named.has(id)).map(({ id }) => `the policy ${id} was not shown`),
  ];
}

async function evidenceProblems({ arena, effect, own, started }: Judged): Promise<string[]> {
  const stress = lastOf(own, 'stressed', started.revision)?.stress;
  if (stress === undefined) return ['nothing was stressed'];
  const counted = [...new Set(stress.claims.flatMap(({ supports }) => supports))].filter((id) => !id.startsWith('log:'));
  const stored = new Map((await arena.store.library.get(counted)).map((document) => [document.id, document]));
  return counted.flatMap((id) => {
    const document = stored.get(id);
    if (document === undefined) return [`counts ${id}, which does not exist`];
    const own = document.service === '*' || document.service === effect.service;
    return [
      ...(own ? [] : [`counts ${id} of another service`]),
      ...((document.stored_at ?? '') < stress.began_at ? [] : [`counts ${id}, which is newer than the question`]),
      ...(document.kind === 'runbook' && document.status === 'learned' ? [`counts ${id}, which nobody accepted`] : []),
    ];
  });
}
