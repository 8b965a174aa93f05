import type { KnownBlock } from '@slack/types';
import type { WeighedDocument } from '../../contracts/findings.ts';
import type { Shown } from '../../contracts/shown.ts';
import { fewBullets, rich, title } from '../blocks.ts';
import { lastTimes, plural } from '../figures.ts';
import { bold, code, data, type Line, line, when } from '../line.ts';
import { oneLine } from '../text.ts';

const SUPPORTS_SHOWN = 4;
const AGAINST_SHOWN = 4;
const POLICIES_SHOWN = 3;
const IDS_SHOWN = 5;
/** The thread has longer ids whole. */
const ID_CHARS = 100;
const EXCERPT_CHARS = 180;
const TITLE_CHARS = 60;

const dated = (document: WeighedDocument): Line =>
  document.stored_at === null ? line` · age unknown` : line` · ${when(document.stored_at, '{date_short_pretty}')}`;

/** The name of a document, unless its id or its first words say the same already. */
export function nameOf({ id, title: name, excerpt }: WeighedDocument): string {
  const beginning = oneLine(name).replace(/…$/, '');
  return beginning === '' || name === id || oneLine(excerpt).startsWith(beginning) ? '' : name;
}

/** A remedy that did not help before is worth less, and people should see that before its words. */
export const failed = ({ failures = 0 }: WeighedDocument): Line =>
  failures === 0 ? [] : line` · ${bold(`did not help ${lastTimes(failures)}`)}`;

/** One document: its id, its name where it has one, when it was stored, and the words that count. */
export function documentLine(document: WeighedDocument, max = EXCERPT_CHARS): Line {
  const name = nameOf(document) === '' ? [] : line` ${data(nameOf(document), TITLE_CHARS)}`;
  const excerpt = document.excerpt === '' ? [] : line`: ${data(document.excerpt, max)}`;
  const silent = document.role === 'contradiction' && !document.cited ? line` · left out by the plan` : [];
  return line`${code(document.id, ID_CHARS)}${name}${dated(document)}${failed(document)}${silent}${excerpt}`;
}

/** What speaks against the plan. Ids without a document stand for live telemetry and for the planner itself. */
export function against({ documents, contradiction_ids }: Shown): KnownBlock[] {
  const items = againstLines({ documents, contradiction_ids });
  return items.length === 0
    ? []
    : rich(title(`Against · ${plural(items.length, 'contradiction')}`), fewBullets(items, AGAINST_SHOWN));
}

export function againstLines({ documents, contradiction_ids }: Pick<Shown, 'documents' | 'contradiction_ids'>): Line[] {
  const known = new Map(documents.map((document) => [document.id, document]));
  return contradiction_ids.map((id) => contradiction(id, known.get(id)));
}

function contradiction(id: string, document: WeighedDocument | undefined): Line {
  if (document !== undefined) return documentLine(document);
  if (id.startsWith('telemetry:'))
    return line`${code(id, ID_CHARS)}: live telemetry shows less trouble than the action needs to make sense`;
  if (id.startsWith('planner:')) return line`${code(id, ID_CHARS)}: the planner contradicts this claim and names no document`;
  return line`${code(id, ID_CHARS)}`;
}

export function support({ documents, claims }: Shown): KnownBlock[] {
  const items = supportLines({ documents });
  if (items.length > 0) return rich(title(`For · ${plural(items.length, 'document')}`), fewBullets(items, SUPPORTS_SHOWN));
  return claims.length === 0 ? [] : rich(title('For · nothing that could be verified'));
}

export const supportLines = ({ documents }: Pick<Shown, 'documents'>): Line[] =>
  documents.filter(({ role }) => role === 'support').map((document) => documentLine(document));

export const policyLines = ({ policies: conflicts }: Pick<Shown, 'policies'>): Line[] =>
  conflicts.map(({ id, rule, absolute }) => {
    const strength = absolute ? line` ${bold('absolute, nothing passes it')}` : [];
    return line`${code(id, ID_CHARS)}${strength}: ${data(rule, EXCERPT_CHARS)}`;
  });

export function policies(shown: Shown): KnownBlock[] {
  const items = policyLines(shown);
  return items.length === 0 ? [] : rich(title('Forbidden by policy'), fewBullets(items, POLICIES_SHOWN));
}

/** Cited ids that exist nowhere: the plainest sign of a plan that was made up. */
export function fabricated({ fabricated_ids }: Shown): KnownBlock[] {
  const items = fabricated_ids.map((id) => [code(id, ID_CHARS)]);
  return items.length === 0 ? [] : rich(title('Cited, but no such document exists'), fewBullets(items, IDS_SHOWN));
}
