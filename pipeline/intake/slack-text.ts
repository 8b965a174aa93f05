const ENTITIES: Record<string, string> = { '&lt;': '<', '&gt;': '>', '&amp;': '&' };

/**
 * What a person typed, out of Slack's wire form: ids in angle brackets become the names they were typed as, and the three
 * entities become characters, once. The result is plain text that must be escaped again before Slack sees it.
 */
export function plainSlackText(wire: string): string {
  return wire.replace(/<([^<>]*)>|&(?:lt|gt|amp);/g, (whole: string, inner: string | undefined) =>
    inner === undefined ? (ENTITIES[whole] ?? whole) : named(inner),
  );
}

/** The inside of one pair of brackets: a person, a channel, a group, a broadcast, a date or a link. */
function named(inner: string): string {
  const bar = inner.indexOf('|');
  const target = bar < 0 ? inner : inner.slice(0, bar);
  const label = bar < 0 ? '' : unescaped(inner.slice(bar + 1));
  if (target.startsWith('@')) return `@${label.replace(/^@/, '') || target.slice(1)}`;
  if (target.startsWith('#')) return `#${label.replace(/^#/, '') || target.slice(1)}`;
  if (target.startsWith('!')) return broadcast(target.slice(1), label);
  // Slack writes brackets of its own only around addresses; whatever else stands there was written by somebody.
  if (!/^[a-z][a-z0-9+.-]*:/i.test(target)) return `<${unescaped(inner)}>`;
  const address = unescaped(target).replace(/^mailto:/, '');
  // Slack makes links of bare addresses by itself; only a label that says something else is worth both.
  return label === '' || address.endsWith(label) ? address : `${label} (${address})`;
}

function broadcast(target: string, label: string): string {
  const [kind = '', id = ''] = target.split('^');
  if (kind === 'date') return label;
  return `@${label.replace(/^@/, '') || (kind === 'subteam' ? id : kind)}`;
}

const unescaped = (text: string): string => text.replace(/&(?:lt|gt|amp);/g, (entity) => ENTITIES[entity] ?? entity);
