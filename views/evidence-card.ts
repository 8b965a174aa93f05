import type { KnownBlock } from '@slack/types';
import type { Shown } from '../contracts/shown.ts';
import type { CaseStatus } from '../contracts/words.ts';
import { divider } from './blocks.ts';
import { action, differences, rationale } from './card/action.ts';
import { approvals, flips, reasons, who } from './card/consent.ts';
import { against, fabricated, policies, support } from './card/evidence.ts';
import { foot } from './card/foot.ts';
import { head, headline, summary } from './card/head.ts';
import { type KibanaLinks, kibana } from './card/kibana.ts';
import { nextSteps } from './card/next-steps.ts';
import { offerButtons } from './card/offers.ts';
import { execution, learned, recovery } from './card/outcome.ts';
import { progress } from './card/progress.ts';
import { statusLine } from './card/status-line.ts';
import { telemetry } from './card/telemetry.ts';
import { fitted, laidOut, type Part } from './layout.ts';
import { data, line, plainText, words } from './line.ts';
import { LIMITS } from './text.ts';
import { SEVERITY } from './words.ts';

export type CardOptions = {
  /** The seq of the case that this rendering shows; it makes the block ids new. */
  showsSeq: number;
  /** Sections and context in place of plan and alert blocks, for a workspace that refuses those. */
  classic?: boolean;
  /** Whether the picture of the recovery may be shown where there is one; else bars of text are. */
  pictures?: boolean;
  /** Hosts besides this machine that a ticket's link may lead to. */
  ticketHosts?: readonly string[];
  /** Addresses in Kibana; null or absent where there is none. */
  kibana?: KibanaLinks | null;
};

type Draw = (shown: Shown, options: CardOptions) => KnownBlock[];

const PARTS = {
  head: (shown, { classic = false }) => head(shown, classic),
  progress: (shown, { classic = false }) => progress(shown, classic),
  'what was reported': summary,
  differences,
  action,
  against,
  policies,
  fabricated,
  reasons,
  support,
  'live telemetry': telemetry,
  rationale,
  'what would let it run': flips,
  'next steps': nextSteps,
  approvals,
  execution,
  recovery: (shown, { pictures = true }) => recovery(shown, pictures),
  learned,
  who,
  buttons: offerButtons,
  'links to Kibana': (shown, { kibana: links = null }) => kibana(shown, links),
  foot: (shown, { ticketHosts = [] }) => foot(shown, ticketHosts),
} satisfies Record<string, Draw>;
type PartName = keyof typeof PARTS;

/** Parts that may give way to the others where a card would grow too long; each is in the thread, whole. */
const YIELDS: ReadonlySet<PartName> = new Set([
  'what was reported',
  'differences',
  'support',
  'live telemetry',
  'rationale',
  'what would let it run',
  'next steps',
  'links to Kibana',
]);

type Group = readonly PartName[];
const OPENING: Group = ['differences', 'what was reported', 'action'];
const FINDINGS: Group = ['against', 'policies', 'fabricated', 'reasons', 'support', 'live telemetry', 'rationale'];
const CONSENT: Group = ['approvals', 'who', 'buttons'];
const EFFECT: Group = ['action', 'approvals', 'execution'];
const REFUSED: readonly Group[] = [
  ['what was reported', 'action'],
  ['against', 'policies', 'fabricated', 'reasons', 'approvals', 'buttons'],
];

/**
 * What a reader needs in each state, the most urgent first, in groups with a line between them. Whatever runs or would
 * run is in every state that knows it.
 */
const LAYOUT: Record<CaseStatus, readonly Group[]> = {
  detected: [['what was reported', 'progress']],
  analyzing: [[...OPENING, 'progress', 'buttons']],
  pending_approval: [OPENING, FINDINGS, ['what would let it run', 'next steps', ...CONSENT]],
  ready_to_execute: [OPENING, FINDINGS, CONSENT],
  held: [OPENING, FINDINGS, CONSENT],
  executing: [[...EFFECT, 'progress', 'buttons']],
  verifying: [[...EFFECT, 'progress', 'buttons']],
  learning: [['recovery'], [...EFFECT, 'progress', 'buttons']],
  resolved: [['recovery'], EFFECT, ['learned', 'who', 'buttons']],
  rejected: REFUSED,
  expired: REFUSED,
  failed: [['what was reported', 'progress', 'action', 'execution', 'next steps', 'buttons']],
  not_recovered: [['recovery'], EFFECT, ['next steps', 'who', 'buttons']],
  outcome_unknown: [EFFECT, ['next steps', 'who', 'buttons']],
};
const SUPERSEDED: readonly Group[] = [['action', 'execution']];

/** The card a responder reads: what is proposed, what speaks for and against it, why it waits, who may decide. */
export function evidenceCard(shown: Shown, options: CardOptions): KnownBlock[] {
  const groups = shown.superseded ? SUPERSEDED : LAYOUT[shown.status];
  const draw = (name: PartName): Part => {
    const drawPart: Draw = PARTS[name];
    return { name, blocks: drawPart(shown, options), keep: !YIELDS.has(name) };
  };
  const drawn = groups.map((group) => group.map(draw).filter(({ blocks }) => blocks.length > 0));
  const parts = [draw('head'), ...divided(drawn.filter((group) => group.length > 0)), draw('links to Kibana'), draw('foot')];
  return laidOut(fitted(parts), options.showsSeq);
}

/** Lines between the groups that have anything to say. */
const divided = (groups: readonly Part[][]): Part[] =>
  groups.flatMap((group, index) =>
    index === 0 ? group : [{ name: `line ${index}`, blocks: [divider()], keep: true }, ...group],
  );

/** The card in one line, for notifications and screen readers. */
export function cardText(shown: Shown): string {
  const severity = words(SEVERITY[shown.incident.severity].toLowerCase());
  return plainText(line`${data(headline(shown), LIMITS.header)} (${severity}): ${statusLine(shown)}`, LIMITS.cardText);
}
