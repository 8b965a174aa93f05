import { setTimeout as wait } from 'node:timers/promises';
import type { Scenario } from '../../contracts/scenario.ts';
import type { CaseStatus } from '../../contracts/words.ts';
import { GovernorError } from '../../pipeline/errors.ts';
import type { CaseFacts } from '../cli/case-facts.ts';
import type { Control } from './control.ts';

/** One line of what happened, as it happens. */
export type Told = (line: string) => void;
export type Played = { scenario: string; case_id: string; differences: string[]; facts: CaseFacts };

type Parts = { control: Control; facts: (caseId: string) => Promise<CaseFacts>; tell: Told };

const REPORTER = 'oncall';
const POLL_MS = 100;
const WAIT_MS_MAX = 60_000;
const CASE_ID = /\binc-[0-9a-z]+\b/;
/** Where a case waits for a person. */
const WAITING: ReadonlySet<CaseStatus> = new Set([
  'pending_approval',
  'ready_to_execute',
  'held',
  'not_recovered',
  'outcome_unknown',
]);

async function until<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
  const endMs = Date.now() + WAIT_MS_MAX;
  while (Date.now() < endMs) {
    const found = await look();
    if (found !== undefined) return found;
    await wait(POLL_MS);
  }
  throw new GovernorError('scenario_stuck', `waited ${WAIT_MS_MAX / 1_000} s for ${what}`);
}

/** Plays a told example through the sandbox as people would, and compares its end with what the example says. */
export async function play(scenario: Scenario, parts: Parts): Promise<Played> {
  const { control, facts, tell } = parts;
  const known = (await control.messages()).length;
  tell(`${REPORTER}: ${scenario.command}`);
  const acted = await control.command(REPORTER, scenario.command);
  if (!acted.ok) throw new GovernorError('scenario_stuck', `the command was not taken: ${acted.error ?? 'no reason given'}`);
  const caseId = await until('the case', async () =>
    (await control.messages())
      .slice(known)
      .map(({ text }) => CASE_ID.exec(text)?.[0])
      .find((id) => id !== undefined),
  );
  const shown = () => until('the decision on the card', () => whereItWaits(facts, caseId));
  const first = await shown();
  tell(
    `governor: ${first.proposed_action ?? 'no action'} → ${first.decision ?? '-'}${first.reasons.length > 0 ? ` (${first.reasons.join(', ')})` : ''}`,
  );
  for (const step of scenario.acts) await act(step, await shown(), parts);
  const end = await until(`the state ${scenario.ends.state}`, async () => {
    const now = await facts(caseId);
    return now.state === scenario.ends.state && (await control.idle()) ? now : undefined;
  });
  const executions = (await control.executions()).filter((execution) => execution.case_id === caseId);
  tell(
    `governor: ${end.state}${end.recovery === null ? '' : `, recovery check: ${end.recovery}`}, ${executions.length} execution(s) in the ledger`,
  );
  return {
    scenario: scenario.id,
    case_id: caseId,
    differences: differencesOf(
      scenario,
      end,
      executions.map(({ action }) => action),
    ),
    facts: end,
  };
}

/** The case once Slack has confirmed the card with the decision: only then can anybody decide about it. */
async function whereItWaits(facts: Parts['facts'], caseId: string): Promise<CaseFacts | undefined> {
  const now = await facts(caseId);
  return now.shown && WAITING.has(now.state) ? now : undefined;
}

async function act(step: Scenario['acts'][number], now: CaseFacts, { control, facts, tell }: Parts): Promise<void> {
  const text = step.reason === undefined || step.does !== 'FORCE_OVERRIDE' ? step.does : `${step.does} ${step.reason}`;
  tell(`${step.as}: ${text}`);
  const before = (await control.messages()).filter(({ ephemeral_to }) => ephemeral_to === step.as).length;
  await control.reply(step.as, now.ts ?? '', text);
  if (step.refused) {
    const answer = await until(
      'the refusal',
      async () => (await control.messages()).filter(({ ephemeral_to }) => ephemeral_to === step.as)[before],
    );
    tell(`governor, to ${step.as} alone: ${asRead(answer.text, await control.names())}`);
    return;
  }
  await until(`${step.does} to be recorded`, async () =>
    (await facts(now.case_id)).last_act === ACT_OF[step.does] ? true : undefined,
  );
}

const ENTITIES: Readonly<Record<string, string>> = { '&lt;': '<', '&gt;': '>', '&amp;': '&' };

/** A message as a reader of Slack sees it: people by name, and characters that Slack wants written otherwise as themselves. */
const asRead = (text: string, names: ReadonlyMap<string, string>): string =>
  text
    .replace(/<@([A-Z0-9]+)>/g, (whole, id: string) => (names.has(id) ? `@${names.get(id)}` : whole))
    .replace(/&(?:lt|gt|amp);/g, (entity) => ENTITIES[entity] ?? entity);

const ACT_OF: Record<Scenario['acts'][number]['does'], string> = {
  APPROVE: 'approved',
  REJECT: 'rejected',
  HOLD: 'held',
  RELEASE: 'released',
  FORCE_OVERRIDE: 'approved',
};

function differencesOf({ ends }: Scenario, end: CaseFacts, ran: readonly string[]): string[] {
  const pairs: [string, unknown, unknown][] = [
    ['decision', ends.decision, end.decision],
    ['reasons', [...ends.reasons].sort().join(), [...end.reasons].sort().join()],
    ['state', ends.state, end.state],
    ['executions', ends.executions, ran.length],
    ...(ends.action === undefined
      ? []
      : ([['action', ends.action, end.action ?? end.proposed_action]] as [string, unknown, unknown][])),
  ];
  const wrong = ran.filter((action) => action !== end.action);
  return [
    ...pairs
      .filter(([, wanted, found]) => wanted !== found)
      .map(([name, wanted, found]) => `${name}: ${String(found)} in place of ${String(wanted)}`),
    ...wrong.map((action) => `the ledger holds ${action}, which is not the action of the case`),
  ];
}
