import type { Button, KnownBlock, RichTextBlock, RichTextBlockElement, SectionBlock } from '@slack/types';
import { bold, type Line, line, mrkdwn, richElements, words } from './line.ts';
import { cut, LIMITS, oneLine, pieces, prose } from './text.ts';

/** One message: `text` is what notifications and screen readers get. */
export type Message = { text: string; blocks: KnownBlock[] };

export const plain = (text: string, max: number): { type: 'plain_text'; text: string; emoji: false } => ({
  type: 'plain_text',
  // Slack refuses an empty text object; emoji stays off, because a `:name:` in data is data.
  text: cut(oneLine(text), max) || '-',
  emoji: false,
});

// Verbatim, because Slack would otherwise make links of bare addresses by itself.
const marked = (text: Line, max: number): { type: 'mrkdwn'; text: string; verbatim: true } => ({
  type: 'mrkdwn',
  text: mrkdwn(text, max) || '-',
  verbatim: true,
});

export const header = (text: string): KnownBlock => ({ type: 'header', text: plain(text, LIMITS.header) });
export const section = (text: Line): KnownBlock => ({ type: 'section', text: marked(text, LIMITS.section) });
export const divider = (): KnownBlock => ({ type: 'divider' });

/** Two columns of small facts; label and value of one fact stand above each other. */
export function fields(facts: readonly (readonly [label: string, value: Line])[]): SectionBlock {
  const shown = facts.slice(0, LIMITS.fields).map(([label, value]) => {
    const spans: Line = [bold(label), words('\n'), ...value];
    return marked(spans, LIMITS.field);
  });
  return { type: 'section', fields: shown };
}

export const context = (...texts: readonly Line[]): KnownBlock => ({
  type: 'context',
  elements: texts.slice(0, LIMITS.contextElements).map((text) => marked(text, LIMITS.contextText)),
});

export type Level = 'default' | 'info' | 'warning' | 'error' | 'success';

/** A coloured line; the classic form is for workspaces that refuse the block. */
export function alert(level: Level, text: Line, classic = false): KnownBlock {
  return classic ? section(text) : { type: 'alert', level, text: marked(text, LIMITS.alert) };
}

/** Rich text from parts; parts without content are left out, and with none left so is the block. */
export function rich(...parts: readonly (RichTextBlockElement | null)[]): RichTextBlock[] {
  const elements = parts.filter((part) => part !== null);
  return elements.length === 0 ? [] : [{ type: 'rich_text', elements }];
}

export function paragraph(text: Line): RichTextBlockElement | null {
  const elements = richElements(text);
  return elements.length === 0 ? null : { type: 'rich_text_section', elements };
}

export const title = (own: string): RichTextBlockElement | null => paragraph([bold(own)]);

export function bullets(items: readonly Line[], style: 'bullet' | 'ordered' = 'bullet'): RichTextBlockElement | null {
  const elements = items.flatMap((item) => {
    const spans = richElements(item);
    return spans.length === 0 ? [] : [{ type: 'rich_text_section' as const, elements: spans }];
  });
  return elements.length === 0 ? null : { type: 'rich_text_list', style, elements };
}

export function quote(text: string, max: number): RichTextBlockElement | null {
  const shown = cut(prose(text).trim(), max);
  return shown === '' ? null : { type: 'rich_text_quote', elements: [{ type: 'text', text: shown }] };
}

/** Letter by letter, in one width. The text must already be visible: nothing is taken out here. */
export function preformatted(text: string, max: number): RichTextBlockElement | null {
  const shown = cut(text, max);
  return shown === '' ? null : { type: 'rich_text_preformatted', elements: [{ type: 'text', text: shown }] };
}

/** A text of any length as quotes that fit a message each. */
export const longQuotes = (text: string, max: number): RichTextBlock[] =>
  pieces(prose(text).trim(), max).flatMap((piece) => rich(quote(piece, max)));

/** The first `max` items; what is left out is counted, and where it can be read is said. */
export function fewBullets(items: readonly Line[], max: number, where = 'in the thread'): RichTextBlockElement | null {
  const more = items.length - max;
  const left: readonly Line[] = more > 0 ? [[words(`… ${more} more ${where}`)]] : [];
  return bullets([...items.slice(0, max), ...left]);
}

export type Confirm = { title: string; text: string; yes: string; danger?: boolean };
export type ButtonSpec = { id: string; label: string; style?: 'primary' | 'danger'; confirm?: Confirm | undefined };

export function button(value: string, { id, label, style, confirm }: ButtonSpec): Button {
  // A cut value would name another thing than the one shown; no builder here may make one.
  if (value.length > LIMITS.buttonValue) throw new RangeError('the value of a button is longer than Slack keeps');
  return {
    type: 'button',
    action_id: id,
    text: plain(label, LIMITS.button),
    ...(value === '' ? {} : { value }),
    ...(style === undefined ? {} : { style }),
    ...(confirm === undefined ? {} : { confirm: confirmation(confirm) }),
  };
}

const confirmation = ({ title: heading, text, yes, danger = false }: Confirm) => ({
  title: plain(heading, LIMITS.confirmTitle),
  text: plain(text, LIMITS.confirmText),
  confirm: plain(yes, LIMITS.confirmButton),
  deny: plain('Back', LIMITS.confirmButton),
  ...(danger ? { style: 'danger' as const } : {}),
});

/** A row of buttons that all carry the same value; no row where there is no button. */
export function buttons(value: string, specs: readonly ButtonSpec[]): KnownBlock[] {
  if (specs.length === 0) return [];
  return [{ type: 'actions', elements: specs.slice(0, LIMITS.buttons).map((spec) => button(value, spec)) }];
}

export const leftOut = (names: readonly string[]): KnownBlock => context(line`… more in the thread: ${words(names.join(', '))}`);
