import type { Severity } from '../contracts/words.ts';
import { bullets, context, type Message, paragraph, rich, title } from './blocks.ts';
import { laidOut } from './layout.ts';
import { bold, code, data, firstFew, type Line, line, person, plainText, words } from './line.ts';
import { SEVERITY } from './words.ts';

type Kind = 'approve' | 'override' | 'release';

/** What the approver config says about one case, resolved. */
export type WhoFacts = {
  case_id: string;
  service: string;
  severity: Severity;
  kinds: Record<Kind, WhoOfKind>;
};

export type WhoOfKind = {
  /** Slack ids or mentions of those who may, groups already resolved to people where that was possible. */
  people: readonly string[];
  /** Distinct people needed. */
  needed: number;
  /** Those whom the config names, but who may not for this case, and why. */
  excluded: readonly { who: string; why: string }[];
};

const NAMES_SHOWN = 12;
const KINDS: readonly Kind[] = ['approve', 'override', 'release'];
const WHAT: Record<Kind, string> = {
  approve: 'Approve what evidence or policy blocks',
  override: 'Override what an approval does not pass',
  release: 'Release what is held',
};

/** The answer to `/incident who CASE`: who may decide now, and why somebody may not. */
export function whoMessage(facts: WhoFacts): Message {
  const heading = line`Who decides about ${code(facts.case_id)} (${code(facts.service)}, ${words(SEVERITY[facts.severity].toLowerCase())})`;
  const blocks = [
    ...rich(paragraph(heading)),
    ...KINDS.flatMap((kind) => rich(title(WHAT[kind]), bullets(rightOf(facts.kinds[kind])))),
    context(line`Anyone of the team may hold. Nobody decides through an agent or a model.`),
  ];
  return { text: plainText(heading), blocks: laidOut([{ name: 'who', blocks, keep: true }], 0) };
}

function rightOf({ people, needed, excluded }: WhoOfKind): Line[] {
  const names = people.length === 0 ? line`Nobody is named` : firstFew(people.map(person), NAMES_SHOWN);
  const many = needed > 1 ? line` · ${bold(`${needed} different people`)} are needed` : [];
  const left = excluded.slice(0, NAMES_SHOWN).map(({ who, why }) => line`${person(who)} may not: ${data(why, 200)}`);
  return [line`${names}${many}`, ...left];
}
