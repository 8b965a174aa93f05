import type { CaseStatus, Severity } from '../contracts/words.ts';
import { bold, code, data, firstFew, type Line, line, link, person, when, words } from './line.ts';
import { SEVERITY, STATUS } from './words.ts';

/** One case as lists show it. */
export type CaseLine = {
  case_id: string;
  service: string;
  severity: Severity;
  status: CaseStatus;
  /** The action's title, or null while there is none. */
  action: string | null;
  opened_at: string;
  /** Slack ids or mentions of those who have to act now; empty where nobody has to. */
  who_must_act: readonly string[];
  /** The card's permalink; shown as a link only where its host is this machine or one of `hosts`. */
  link: string | null;
};

const NAMES_SHOWN = 3;
const TITLE_CHARS = 75;

export function caseLine(item: CaseLine, hosts: readonly string[]): Line {
  const action = item.action === null ? [] : line` · ${data(item.action, TITLE_CHARS)}`;
  const card = item.link === null ? [] : line` · ${link(item.link, 'Open the card', hosts)}`;
  return line`${bold(STATUS[item.status])} · ${code(item.service)} · ${words(SEVERITY[item.severity])}${action} · ${when(item.opened_at, '{ago}')}${actors(item)} · ${code(item.case_id)}${card}`;
}

const actors = ({ who_must_act }: CaseLine): Line =>
  who_must_act.length === 0 ? [] : line` · waits for ${firstFew(who_must_act.map(person), NAMES_SHOWN)}`;
