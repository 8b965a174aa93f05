import type { Hide } from '../app/without-secrets.ts';

/** The same value with every text in it cleaned; keys are names and stay. */
export function hiddenTexts(value: object, hide: Hide): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, hiddenIn(item, hide)]));
}

function hiddenIn(value: unknown, hide: Hide): unknown {
  if (typeof value === 'string') return hide(value);
  if (Array.isArray(value)) return value.map((item: unknown) => hiddenIn(item, hide));
  return typeof value === 'object' && value !== null ? hiddenTexts(value, hide) : value;
}
