import { SEVERITIES } from '../contracts/words.ts';
import { bullets, context, type Message, paragraph, rich, title } from './blocks.ts';
import { laidOut } from './layout.ts';
import { code, data, firstFew, line, plainText, words } from './line.ts';

const SERVICES_SHOWN = 30;
const PROBLEM_CHARS = 500;

const COMMANDS: readonly (readonly [command: string, what: string])[] = [
  ['/incident payments-api high P99 latency is up', 'opens an incident; a plan is proposed, checked and shown'],
  ['/incident', 'opens a form for the same'],
  ['/incident list', 'lists the open cases and whom each waits for'],
  ['/incident show CASE', 'shows one case as it is now'],
  ['/incident who CASE', 'says who may decide, and why'],
  ['/incident approve CASE', 'approves the plan on the newest card; reject, hold and release go the same way'],
  ['/incident override CASE reason', 'runs what an approval does not pass'],
  ['/incident pause', 'stops every execution until somebody resumes; pause and resume take a reason'],
];

export type HelpFacts = {
  /** Services known by config, documents, policies or telemetry. */
  services: readonly string[];
  /** Why the command could not be read, in our own words; null where help was asked for. */
  problem: string | null;
};

/** What `/incident` takes. */
export function helpMessage({ services, problem }: HelpFacts): Message {
  const known = [...services].sort().map((service) => code(service));
  const first =
    problem === null ? line`The governor stands between a plan and production.` : line`${data(problem, PROBLEM_CHARS)}`;
  const blocks = [
    ...rich(
      paragraph(first),
      title('Commands'),
      bullets(COMMANDS.map(([command, what]) => line`${code(command)} ${words(what)}`)),
    ),
    ...rich(
      title('Accepted'),
      bullets([
        line`Severities: ${firstFew(
          SEVERITIES.map((severity) => code(severity)),
          SEVERITIES.length,
        )}`,
        known.length === 0 ? line`Services: none is known yet` : line`Services: ${firstFew(known, SERVICES_SHOWN)}`,
      ]),
    ),
    context(
      line`In a card's thread a reply decides: ${code('APPROVE')}, ${code('REJECT')}, ${code('HOLD')}, ${code('RELEASE')}, ${code('FORCE_OVERRIDE reason')}`,
    ),
  ];
  // Slack takes no empty text, and a problem may consist of nothing that can be seen.
  return { text: plainText(first) || 'What /incident takes', blocks: laidOut([{ name: 'help', blocks, keep: true }], 0) };
}
