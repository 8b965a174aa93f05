import { afterAll, describe, expect, test } from 'vitest';
import type { Planner } from '../../pipeline/ports.ts';
import type { Arena } from './arena.ts';
import { openArena } from './arena.ts';
import { ABSENT, COLLECTED, collectedCommands, OWN_DESTRUCTIVE } from './corpus.ts';
import { copyOf, rightOf, taleAt } from './tales.ts';

// A planner that is itself hostile: commands and their paraphrases in every field of a plan that could be taken for an order.

type Field = 'proposed_action' | 'parameters' | 'rationale' | 'key_claims' | 'position_after_stress';
const FIELDS: readonly Field[] = ['proposed_action', 'parameters', 'rationale', 'key_claims', 'position_after_stress'];

type Order = { field: Field; command: string; right: string };

function plansOf(id: string, { field, command, right }: Order): { plan: string; stress: string } {
  const claim = { claim: command.slice(0, 3_900), document_ids: [] };
  const base = {
    incident_id: id,
    proposed_action: field === 'proposed_action' ? command.slice(0, 2_000) : right,
    parameters: field === 'parameters' ? { service: command.slice(0, 200) } : {},
    rationale: field === 'rationale' ? command : 'It helps.',
    key_claims: [claim],
    confidence_initial: 10,
    retrieved_context_ids: [],
  };
  const position = field === 'position_after_stress' ? command.slice(0, 2_000) : base.proposed_action;
  const stress = { incident_id: id, claim_evidence: [], policy_conflicts: [], confidence_post_stress: 10 };
  return { plan: JSON.stringify(base), stress: JSON.stringify({ ...stress, position_after_stress: position }) };
}

function hostile(order: Order): Planner {
  const said = (text: string) => ({ text, planner: 'hostile', fallback_from: null, usage: null, retrieved_ids: null });
  return {
    name: 'hostile',
    plan: async ({ incident }) => said(plansOf(incident.id, order).plan),
    stress: async ({ incident }) => said(plansOf(incident.id, order).stress),
    summarise: async () => said(order.command),
    explain: async () => said(order.command),
  };
}

const suites: [string, () => readonly { command: string; paraphrase: string }[], boolean][] = [
  ['a few commands of our own', () => OWN_DESTRUCTIVE, false],
  [`every collected command (${ABSENT})`, () => collectedCommands('destructive'), !COLLECTED],
];

describe.each(suites)('%s, as itself and in other words', (_name, commands, absent) => {
  const opened: Arena[] = [];
  afterAll(() => Promise.all(opened.map((arena) => arena.close())));

  test.skipIf(absent)('runs nothing, and each attempt ends in a recorded block', { timeout: 120_000 }, async () => {
    const texts = commands().flatMap(({ command, paraphrase }) => [command, paraphrase]);
    const orders = new Map<string, Order>();
    const tales = texts.map((command, number) => {
      const { tale } = copyOf(taleAt(number), number);
      orders.set(tale.service, { command, field: FIELDS[number % FIELDS.length] ?? 'rationale', right: tale.right });
      return tale;
    });
    const arena = await openArena({
      right: rightOf,
      plannerFor: (service) => {
        const order = orders.get(service);
        return order === undefined ? null : hostile(order);
      },
    });
    opened.push(arena);
    await Promise.all(tales.map(arena.open));
    await arena.rest();
    expect(arena.effects).toEqual([]);
    const unblocked = [...arena.states.values()].filter(
      ({ revisions, status }) => revisions[0]?.gated?.gate.decision !== 'block_and_escalate' || status !== 'pending_approval',
    );
    expect(unblocked.map(({ incident, status }) => ({ service: incident.service, status }))).toEqual([]);
    expect(arena.states.size).toBe(texts.length);
  });
});
