import type { HomeView, KnownBlock } from '@slack/types';
import { alert, bullets, buttons, context, divider, header, paragraph, rich, section } from './blocks.ts';
import { type CaseLine, caseLine } from './case-line.ts';
import { plural } from './figures.ts';
import { laidOut, thatFit } from './layout.ts';
import { bold, code, data, type Line, line, person, when } from './line.ts';

export const OPEN_INCIDENT_HOME = 'open_incident_home';
export const RESUME_HOME = 'resume_home';

export type HomeFacts = {
  /** Open cases, newest first. */
  cases: readonly CaseLine[];
  /** Set while all execution is paused. */
  paused: { by: string; at: string; reason: string | null } | null;
  /** The viewer may end the pause. */
  may_resume: boolean;
  simulated: boolean;
  /** Sections and context in place of alert blocks. */
  classic?: boolean;
  hosts?: readonly string[];
};

const CASES_SHOWN = 25;

/** The app's home: what is open and whom it waits for, whether execution is paused, and how to begin. */
export function homeView(facts: HomeFacts): HomeView {
  const blocks = [...top(facts), ...openCases(facts), divider(), ...howTo(facts)];
  return { type: 'home', blocks: laidOut([{ name: 'home', blocks, keep: true }], 0) };
}

const top = ({ paused, may_resume, classic = false }: HomeFacts): KnownBlock[] => [
  header('Governor'),
  ...(paused === null ? [] : pause(paused, may_resume, classic)),
  ...buttons('', [{ id: OPEN_INCIDENT_HOME, label: 'Open an incident', style: 'primary' }]),
];

function pause({ by, at, reason }: NonNullable<HomeFacts['paused']>, mayResume: boolean, classic: boolean): KnownBlock[] {
  const because = reason === null ? [] : line` (${data(reason, 60)})`;
  const banner = alert('warning', line`All execution is paused by ${person(by)} since ${when(at)}${because}.`, classic);
  if (!mayResume) return [banner, context(line`Whoever may override can resume it.`)];
  const confirm = { title: 'Resume execution?', text: 'Cases that are ready go on after a last check.', yes: 'Resume' };
  return [banner, ...buttons('', [{ id: RESUME_HOME, label: 'Resume', confirm }])];
}

function openCases({ cases, hosts = [] }: HomeFacts): KnownBlock[] {
  if (cases.length === 0) return [section(line`No case is open.`)];
  const lines = thatFit(
    cases.map((item) => caseLine(item, hosts)),
    CASES_SHOWN,
  );
  const more = cases.length - lines.length;
  const left = more > 0 ? [context(line`… ${more} more; ${code('/incident list')}`)] : [];
  return [...rich(paragraph([bold(plural(cases.length, 'open case'))]), bullets(lines)), ...left];
}

const WAYS: readonly Line[] = [
  line`${code('/incident payments-api high P99 latency is up')} opens an incident; ${code('/incident help')} lists the rest.`,
  line`A plan is checked against runbooks, evidence, policies and live telemetry before anything runs.`,
  line`What is blocked waits for a person: the card's buttons, or a reply such as ${code('APPROVE')} in its thread.`,
];

const howTo = ({ simulated }: HomeFacts): KnownBlock[] => [
  ...rich(paragraph([bold('How it works')]), bullets(WAYS)),
  ...(simulated ? [context(line`The world behind this workspace is simulated.`)] : []),
];
