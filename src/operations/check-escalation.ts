import { problemOf } from '../../pipeline/errors.ts';
import type { Settings } from '../config/settings.ts';
import type { Contacts } from '../escalation/contacts.ts';
import { isRefusal } from '../escalation/teller.ts';
import { isUnencrypted } from '../outward/unencrypted.ts';
import { bad, type Finding, good, tip } from './finding.ts';

export type CheckedEscalation = {
  settings: Pick<Settings, 'escalation' | 'kibana' | 'simulated'> & { config: Pick<Settings['config'], 'escalation'> };
  /** Null where no Slack is configured. */
  contacts: Pick<Contacts, 'idOf'> | null;
  /** Connects to an address and asks for nothing. */
  connect: (url: string) => Promise<void>;
};

const GUIDE = 'see docs/escalation.md';

/**
 * Whether whoever is to be told of a standstill could be. Nobody is told anything by it: to a webhook a connection is
 * opened and nothing sent, because any request could wake somebody; people are looked up in Slack.
 */
export async function checkEscalation(parts: CheckedEscalation): Promise<Finding[]> {
  const { webhookUrl } = parts.settings.escalation;
  const workflow = parts.settings.kibana?.workflowId ?? null;
  const people = peopleOf(parts);
  const found = await Promise.all([
    ...(webhookUrl === null ? [] : [webhook(webhookUrl, parts)]),
    ...(workflow === null ? [] : [workflowCheck(workflow, parts)]),
    ...people.map((person) => personCheck(person, parts)),
  ]);
  const isSilent = found.length === 0 && !parts.settings.simulated;
  return isSilent
    ? [tip('escalation', 'nobody is told of a standstill outside of its thread', `give ESCALATION_CONTACT; ${GUIDE}`)]
    : found;
}

async function webhook(url: string, { settings, connect }: CheckedEscalation): Promise<Finding> {
  const check = 'escalation webhook';
  const { host } = new URL(url);
  if (isUnencrypted(url))
    return bad(
      check,
      `the address at ${host} is not https: notices can be read on their way`,
      'give an address that begins with https',
    );
  const problem = await problemIn(connect(url));
  if (problem !== null)
    return bad(
      check,
      `${host} takes no connection: ${problem}`,
      'check ESCALATION_WEBHOOK_URL, and that this machine reaches it',
    );
  const found = `${host} takes connections; nothing was sent`;
  return settings.escalation.webhookSecret === null
    ? tip(
        check,
        `${found}; notices are not signed`,
        `give ESCALATION_WEBHOOK_SECRET where the target can check signatures; ${GUIDE}`,
      )
    : good(check, found);
}

async function workflowCheck(workflow: string, { settings, connect }: CheckedEscalation): Promise<Finding> {
  const check = 'escalation workflow';
  const url = settings.kibana?.url ?? '';
  const problem = await problemIn(connect(url));
  if (problem !== null)
    return bad(check, `Kibana takes no connection: ${problem}`, 'check KIBANA_URL, and that this machine reaches it');
  return good(check, `Kibana at ${new URL(url).host} takes connections; that it knows \`${workflow}\` shows when it is run`);
}

type Named = { person: string; where: string };
const CHANNEL_ID = /^[CG][A-Z0-9]{6,}$/;

/** Everybody who is named, each once, with where. */
function peopleOf({ settings: { escalation, config } }: CheckedEscalation): Named[] {
  const { chain, daily_summary } = config.escalation;
  const named: Named[] = [
    ...(escalation.contact === null ? [] : [{ person: escalation.contact, where: 'ESCALATION_CONTACT' }]),
    ...chain.map(({ to }, index) => ({ person: to, where: `escalation.chain[${index}]` })),
    ...(daily_summary.to === undefined || daily_summary.cron === null
      ? []
      : [{ person: daily_summary.to, where: 'escalation.daily_summary.to' }]),
  ];
  const people = named.filter(({ person }) => !CHANNEL_ID.test(person));
  return people.filter(({ person }, index) => people.findIndex((one) => one.person === person) === index);
}

async function personCheck({ person, where }: Named, { contacts }: CheckedEscalation): Promise<Finding> {
  const check = 'escalation contact';
  if (contacts === null)
    return tip(check, `\`${person}\` is not looked up: no Slack is configured`, 'run doctor again with the tokens of Slack');
  try {
    return good(check, `\`${person}\` is ${await contacts.idOf(person)}`);
  } catch (fault) {
    const fix = isRefusal(fault)
      ? `name one person of the workspace in ${where}; ${GUIDE}`
      : 'check that this machine reaches Slack, and run doctor again';
    return bad(check, `\`${person}\`: ${problemOf(fault)}`, fix);
  }
}

async function problemIn(asked: Promise<void>): Promise<string | null> {
  try {
    await asked;
    return null;
  } catch (fault) {
    return (problemOf(fault).split('\n', 1)[0] ?? '').slice(0, 200);
  }
}
