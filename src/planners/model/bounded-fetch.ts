import { readLimited } from '../../outward/limited-body.ts';

/** Far more than any answer that could still be a plan. */
const BYTES_MAX = 4_194_304;
/** A response made with these may have no body at all. */
const BODILESS: ReadonlySet<number> = new Set([101, 204, 205, 304]);

/**
 * `fetch` for a server that is not trusted: an answer without end is cut off instead of filling the memory, and a redirect
 * is refused, because the key would go with it.
 */
export async function boundedFetch(...[input, init]: Parameters<typeof fetch>): Promise<Response> {
  const response = await fetch(input, { ...init, redirect: 'error' });
  const text = await readLimited(response, BYTES_MAX);
  const { status, statusText, headers } = response;
  return new Response(BODILESS.has(status) ? null : text, { status, statusText, headers: plain(headers) });
}

/** The text is unpacked already, and no longer as long as it was on the line. */
function plain(headers: Headers): Headers {
  const kept = new Headers(headers);
  for (const name of ['content-encoding', 'content-length', 'transfer-encoding']) kept.delete(name);
  return kept;
}
