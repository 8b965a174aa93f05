const LINKABLE = /^(https?:\/\/|mailto:)/i;
const SCHEMES = new Set(['http:', 'https:', 'mailto:']);

/** The address if a link to it may be drawn, else undefined: never javascript:, data:, file: or a relative path. */
export function safeUrl(address: string): string | undefined {
  // The prefix is checked on the text itself because the URL parser drops leading blanks and inner newlines.
  if (!LINKABLE.test(address)) return undefined;
  const parsed = URL.parse(address);
  return parsed !== null && SCHEMES.has(parsed.protocol) ? address : undefined;
}

/** The host a label claims, where the label itself looks like an address; a label of plain words claims none. */
function claimedHost(label: string): string | undefined {
  const bare = label.trim().replace(/^https?:\/\//i, '');
  return /^[\w-]+(\.[\w-]+)+([/?#:]|$)/.test(bare) ? URL.parse(`https://${bare}`)?.hostname : undefined;
}

/** The real host where a link's label names another one, so the page can print it beside the label. */
export function hiddenHost(url: string, label: string): string | undefined {
  const claimed = claimedHost(label);
  const real = URL.parse(url)?.hostname;
  return claimed === undefined || real === undefined || claimed === real ? undefined : real;
}
