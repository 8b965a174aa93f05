import { problemOf } from '../../pipeline/errors.ts';
import { fetchWhole } from '../outward/fetch-whole.ts';
import { type Framework, type Measured, readAnswer } from './frameworks.ts';

const NOT_FOUND = 404;

type Asked = { framework: Framework; url: string; model: string; timeoutMs: number };

/** Asks a framework's service about one model. Never throws: whatever goes wrong is a note, and the figures are unknown. */
export async function askService({ framework, url, model, timeoutMs }: Asked): Promise<Measured> {
  try {
    const { status, text } = await fetchWhole(scoreUrl(url, model), { timeoutMs, headers: { accept: 'application/json' } });
    if (status === NOT_FOUND) return none('it knows no such model');
    if (status < 200 || status > 299) return none(`it answered ${status}`);
    // NaN and Infinity are no JSON, although some servers write them: such an answer has no figure at all.
    return readAnswer(framework, JSON.parse(text));
  } catch (fault) {
    return none(whyOf(fault, timeoutMs));
  }
}

export const none = (note: string): Measured => ({ figures: new Map(), note });

/** A name is data: none may lead to another path of the server. */
function scoreUrl(url: string, model: string): string {
  if (/^\.+$/.test(model)) throw new TypeError('its name cannot be asked for');
  return `${url.replace(/\/+$/, '')}/score/${encodeURIComponent(model)}`;
}

function whyOf(fault: unknown, timeoutMs: number): string {
  if (fault instanceof Error && fault.name === 'TimeoutError') return `it did not answer within ${timeoutMs / 1_000} s`;
  if (fault instanceof SyntaxError) return 'its answer is not JSON';
  return fault instanceof TypeError && fault.cause !== undefined ? 'it cannot be reached' : problemOf(fault);
}
