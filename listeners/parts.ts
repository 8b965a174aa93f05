import type { Action } from '../contracts/catalogue.ts';
import type { GovernorConfig } from '../contracts/config.ts';
import type { Shown } from '../contracts/shown.ts';
import type { Cases } from '../pipeline/cases.ts';
import type { Choices } from '../pipeline/choices.ts';
import type { Decisions, People } from '../pipeline/decisions.ts';
import type { Redact } from '../pipeline/intake/incident-text.ts';
import type { Intake } from '../pipeline/intake.ts';
import type { Switch } from '../pipeline/lock.ts';
import type { CaseLog, Chat, Clock } from '../pipeline/ports.ts';
import type { ShownFacts } from '../pipeline/shown.ts';
import type { KibanaLinks } from '../views/card/kibana.ts';

/** Where texts of ours may lead to. */
export type Links = {
  /** The address of a card's message where it is known, and the hosts that such addresses may lead to. */
  cardUrl(channel: string, ts: string): string | null;
  hosts: readonly string[];
  /** The addresses in Kibana for a card; null where none is configured. */
  kibanaOf(shown: Shown): KibanaLinks | null;
};

/** What the listeners need; the app that wires them gives it. */
export type ListenerParts = {
  intake: Intake;
  decisions: Decisions;
  choices: Choices;
  cases: Cases;
  people: People;
  pause: Switch;
  log: Pick<CaseLog, 'openCases' | 'list' | 'onAppend'>;
  config: GovernorConfig;
  /** The catalogue, by id. */
  actions: ReadonlyMap<string, Action>;
  clock: Clock;
  /** Deals with one reply; while that goes on, and after it has failed, nothing is executed on threads read before. */
  dealWith: (reply: () => Promise<void>) => Promise<void>;
  chat: Pick<Chat, 'tell' | 'replies'>;
  /** Takes secrets out of whatever a person types: reasons travel into the log, Slack and tickets. */
  redact: Redact;
  links: Links;
  /** The world behind this installation is the simulated one. */
  simulated: boolean;
};

/** What cards and forms say beside the case itself, as it is now. */
export async function shownFacts({ actions, config, people, simulated }: ListenerParts): Promise<ShownFacts> {
  return { actions, rules: config.approvers, groups: await people.groups(), timings: config, simulated };
}
