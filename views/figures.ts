import type { Telemetry } from '../contracts/telemetry.ts';
import { cut, visible } from './text.ts';

/** A share as a percentage with one digit, because 0.4 % and 0 % are different news. */
export const percent = (share: number): string => (Number.isFinite(share) ? `${Number((share * 100).toFixed(1))} %` : 'unknown');

export const score = (value: number): string => (Number.isFinite(value) ? value.toFixed(1) : 'unknown');

export const count = (value: number): string => (Number.isFinite(value) ? Math.round(value).toLocaleString('en-US') : 'unknown');

export function seconds(length: number): string {
  if (length >= 120 && length % 60 === 0) return `${length / 60} min`;
  return `${Number(length.toFixed(1))} s`;
}

/** `1 document`, `2 documents`. */
export const plural = (many: number, one: string, more = `${one}s`): string => `${many} ${many === 1 ? one : more}`;

/** `the last time`, `the last 3 times`. */
export const lastTimes = (many: number): string => (many === 1 ? 'the last time' : `the last ${many} times`);

/** What a rule measured or wanted, in words; ids are shown as they are. */
export function measured(value: unknown, max = 200): string {
  if (Array.isArray(value)) return listed(value, max);
  if (typeof value === 'object' && value !== null) return named(value, max);
  return cut(visible(scalar(value)), max);
}

function scalar(value: unknown): string {
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'number') return Number.isFinite(value) ? String(Number(value.toFixed(3))) : 'unknown';
  return typeof value === 'string' ? value : 'unknown';
}

/** `coverage 0.5, supports 1`; our own names are words. */
const named = (value: object, max: number): string =>
  cut(
    Object.entries(value)
      .map(([name, item]) => `${visible(name).replaceAll('_', ' ')} ${measured(item, 60)}`)
      .join(', '),
    max,
  );

function listed(items: readonly unknown[], max: number): string {
  if (items.length === 0) return 'none';
  const shown: string[] = [];
  for (const item of items) {
    const text = measured(item, 60);
    if ([...shown, text].join(', ').length > max - 16) break;
    shown.push(text);
  }
  const more = items.length - shown.length;
  return more === 0 ? shown.join(', ') : `${shown.join(', ')}${shown.length === 0 ? '' : ' '}and ${more} more`;
}

const BAR_WIDTH = 24;
const BLOCKS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

/** Error rates as bars of one scale, the widest filling the line: a picture that needs no image. */
export function bars(rates: readonly (readonly [label: string, rate: number])[]): string {
  const known = rates.filter(([, rate]) => Number.isFinite(rate) && rate >= 0);
  const top = Math.max(...known.map(([, rate]) => rate), Number.MIN_VALUE);
  const wide = Math.max(0, ...known.map(([label]) => label.length));
  return known.map(([label, rate]) => `${label.padEnd(wide)}  ${bar(rate / top)}  ${percent(rate)}`).join('\n');
}

function bar(share: number): string {
  const eighths = Math.round(share * BAR_WIDTH * 8);
  const full = Math.floor(eighths / 8);
  const drawn = `${'█'.repeat(full)}${BLOCKS[eighths % 8] ?? ''}`;
  // A rate above zero is never drawn as nothing.
  return (drawn === '' && share > 0 ? '▏' : drawn).padEnd(BAR_WIDTH);
}

export const errorShare = ({ errors, requests }: Telemetry): string => `${count(errors)} of ${count(requests)} requests`;
