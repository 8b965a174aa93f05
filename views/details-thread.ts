import type { KnownBlock } from '@slack/types';
import type { Shown } from '../contracts/shown.ts';
import { longQuotes, type Message, paragraph, preformatted, rich, title } from './blocks.ts';
import { actionRows, parametersOf } from './card/action.ts';
import { change } from './card/consent.ts';
import { headline } from './card/head.ts';
import { type KibanaLinks, kibanaInFull } from './card/kibana.ts';
import { figuresLine, topErrors } from './card/telemetry.ts';
import { inMessages, laidOut, listed } from './layout.ts';
import { bold, code, data, joined, type Line, line, passage, plainText, words } from './line.ts';
import { LIMITS, pieces, visible } from './text.ts';
import { documentsInFull } from './thread/documents.ts';
import { modelPart } from './thread/model.ts';
import { rulesTable } from './thread/rules.ts';

export type DetailsOptions = {
  /** Makes the block ids new. */
  showsSeq: number;
  /** Lists in place of the table, for a workspace that refuses tables. */
  classic?: boolean;
  /** Whole texts by document id, for full context; a document without one is shown by its excerpt. */
  texts?: ReadonlyMap<string, string>;
  /** Addresses in Kibana; null or absent where there is none. */
  kibana?: KibanaLinks | null;
};

const QUOTE_CHARS = 2_900;
const RULE_CHARS = 5_000;
const ITEM_CHARS = 2_000;

/**
 * All that stands behind a card, in as many messages as it takes: every rule, the ledger of claims, every document,
 * what did not count and why. Whatever had to give way on the card is here.
 */
export function detailsThread(shown: Shown, options: DetailsOptions): Message[] {
  const { showsSeq, classic = false, texts = new Map(), kibana = null } = options;
  const blocks = [
    ...rulesTable(shown.rules, classic),
    ...flips(shown),
    ...action(shown),
    ...rationale(shown),
    ...modelPart(shown),
    ...differences(shown),
    ...claims(shown),
    ...invented(shown),
    ...documentsInFull(shown, texts),
    ...policies(shown),
    ...telemetry(shown),
    ...reported(shown),
    ...steps(shown),
    ...kibanaInFull(shown, kibana),
    ...identity(shown),
  ];
  const messages = inMessages(blocks);
  return messages.map((part, index) => ({
    text: plainText(line`Details of ${data(headline(shown), LIMITS.header)}, part ${index + 1} of ${messages.length}`),
    blocks: laidOut([{ name: `details-${index}`, blocks: part, keep: true }], showsSeq),
  }));
}

const flips = ({ flips: found }: Shown): KnownBlock[] =>
  listed(
    'What would let it run by itself, each line for itself',
    found.map(({ changes }) => joined(changes.map(change), ' and ')),
  );

/** Every parameter, however many: the card shows as many as fit. */
function action({ action: chosen, plan }: Shown): KnownBlock[] {
  const rows = chosen === null ? proposed(plan) : actionRows(chosen);
  const blocks = pieces(rows.join('\n'), QUOTE_CHARS).flatMap((text) => rich(preformatted(text, QUOTE_CHARS)));
  return blocks.length === 0 ? [] : [...rich(title('The action in full')), ...blocks];
}

const proposed = (plan: Shown['plan']): string[] =>
  plan === null ? [] : [visible(plan.proposed_action), ...parametersOf(plan.parameters)];

function rationale({ plan, planner }: Shown): KnownBlock[] {
  const quotes = plan === null ? [] : longQuotes(plan.rationale, QUOTE_CHARS);
  return quotes.length === 0
    ? []
    : [...rich(paragraph(line`${bold('Rationale, in the words of ')}${code(planner ?? 'the planner')}`)), ...quotes];
}

const differences = ({ differences: changes }: Shown): KnownBlock[] =>
  listed(
    'What changed',
    changes.map((text) => [passage(text, ITEM_CHARS)]),
  );

/** The ledger: what was found for and against each claim, by document. */
function claims({ claims: found }: Shown): KnownBlock[] {
  const items = found.map((finding, index) => {
    const quoted = finding.quote === null ? [] : line` Quote: ${data(finding.quote, 300)}.`;
    const doubt = finding.contradicted_by_planner ? line` The planner contradicts it and names no document.` : [];
    return line`${bold(`Claim ${index + 1}`)} · ${data(finding.claim, ITEM_CHARS)}${words(stopAfter(finding.claim))} ${ledger(finding)}${quoted}${doubt}`;
  });
  return listed('Claims', items);
}

/** Not every claim ends as a sentence does, and the ledger must not run into its last word. */
const stopAfter = (claim: string): string => (/[.!?…]\s*$/.test(claim) ? '' : '.');

const IDS_PER_CLAIM = 12;

function ledger({ supports, contradictions, fabricated }: Shown['claims'][number]): Line {
  const sums: Line[] = [
    supports.length === 0 ? line`No verified source.` : line`For: ${codes(supports)}.`,
    ...(contradictions.length === 0 ? [] : [line`Against: ${codes(contradictions)}.`]),
    ...(fabricated.length === 0 ? [] : [line`Does not exist: ${codes(fabricated)}.`]),
  ];
  return joined(sums, ' ');
}

function codes(ids: readonly string[]): Line {
  const more = ids.length - IDS_PER_CLAIM;
  const shown = joined(
    ids.slice(0, IDS_PER_CLAIM).map((id) => code(id)),
    ', ',
  );
  return more > 0 ? line`${shown} and ${more} more` : shown;
}

const invented = ({ fabricated_ids }: Shown): KnownBlock[] =>
  listed(
    'Cited, but no such document exists',
    fabricated_ids.map((id) => [code(id, 300)]),
  );

const policies = ({ policies: conflicts }: Shown): KnownBlock[] =>
  listed(
    'Policies that forbid it',
    conflicts.map(({ id, rule, absolute, found_by }) => {
      const strength = absolute ? ' · absolute' : '';
      return line`${code(id)}${words(strength)} · found by ${words(FOUND_BY[found_by])}: ${passage(rule, RULE_CHARS)}`;
    }),
  );

const FOUND_BY = { governor: 'the governor', planner: 'the planner', both: 'the planner and the governor' };

function telemetry({ telemetry: figures }: Shown): KnownBlock[] {
  if (figures === null) return [];
  const samples = figures.sample_ids.length === 0 ? [] : [line`Lines behind it: ${codes(figures.sample_ids)}`];
  return listed('Telemetry at the stress test', [
    figuresLine(figures),
    ...topErrors(figures, figures.top_errors.length),
    ...samples,
  ]);
}

function reported({ incident }: Shown): KnownBlock[] {
  const symptoms = incident.symptoms.map((symptom) => [passage(symptom, ITEM_CHARS)]);
  return [...rich(title('What was reported')), ...longQuotes(incident.summary, QUOTE_CHARS), ...listed('Symptoms', symptoms)];
}

const steps = ({ next_steps }: Shown): KnownBlock[] =>
  listed(
    'Next steps',
    next_steps.map((step) => [passage(step, ITEM_CHARS)]),
  );

const identity = ({ ref, case_id, revision, context_mode }: Shown): KnownBlock[] => {
  const mode = context_mode === null ? [] : line` · ${code(context_mode)}`;
  const digest = ref === null ? [] : line` · digest ${code(ref.digest)}`;
  return rich(paragraph(line`${code(case_id)} · revision ${revision}${mode}${digest}`));
};
