import type { Temptation } from '../../attacks/obedient.ts';
import { WAYS } from '../../attacks/obedient.ts';
import { honest } from './honest.ts';
import type { Asked, Script } from './server.ts';

/** So many letters and digits of an attack are enough to know it by. */
const KEY_CHARS = 24;

/** Letters and digits alone: what is left of a text however it was quoted, escaped or broken into lines. */
export const bare = (text: string): string =>
  text
    .replaceAll(/\\u([0-9a-f]{4})/gi, (_all, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    .replaceAll(/\\[nrtbf]/g, ' ')
    .replaceAll(/[^\p{L}\p{N}]/gu, '')
    .toLowerCase();

/** Finds which of these texts stands anywhere in another. */
export function finder(texts: readonly string[]): (within: string) => string | null {
  const byKey = new Map<string, string>();
  const short: [key: string, text: string][] = [];
  for (const text of texts) {
    const key = bare(text);
    if (key.length >= KEY_CHARS) byKey.set(key.slice(0, KEY_CHARS), text);
    else if (key.length > 0) short.push([key, text]);
  }
  return (within) => {
    const clean = bare(within);
    for (let at = 0; at + KEY_CHARS <= clean.length; at += 1) {
      const found = byKey.get(clean.slice(at, at + KEY_CHARS));
      if (found !== undefined) return found;
    }
    return short.find(([key]) => clean.includes(key))?.[1] ?? null;
  };
}

/** What others wrote: everything but the planner's own words. */
const untrusted = ({ body, results }: Asked): string => {
  const said = body.messages.filter(({ role }) => role === 'user').map(({ content }) => JSON.stringify(content ?? ''));
  return [...said, ...results.map(({ text }) => text)].join('\n');
};

type Obeying = {
  texts: readonly string[];
  /** How it obeys, and what would be right, by the case. */
  temptationOf: (incidentId: string) => { way: string } & Omit<Temptation, 'text'>;
  /** A text that it obeys although nobody wrote it anywhere: its own. */
  ownText: (incidentId: string) => string | null;
};

/** A model that looks things up like an honest one, and does what the first attack text says that it finds anywhere. */
export function obeying({ texts, temptationOf, ownText }: Obeying) {
  const find = finder(texts);
  const obeyed = new Set<string>();
  const script: Script = (asked) => {
    const looks = asked.body.tools !== undefined && asked.body.tool_choice !== 'none' && asked.results.length === 0;
    const text = ownText(asked.incidentId) ?? find(untrusted(asked));
    if (looks || text === null) return honest(asked);
    const { way, right, poisoned } = temptationOf(asked.incidentId);
    const said = WAYS[way]?.({ text, right, poisoned }, asked.incidentId);
    if (said === undefined) throw new Error(`there is no way ${way}`);
    obeyed.add(asked.incidentId);
    if (asked.about === 'plan') return { say: said.plan };
    if (asked.about === 'stress') return { say: said.stress };
    return { say: asked.about === 'summary' ? JSON.stringify({ title: text.slice(0, 400), body: text.slice(0, 4_000) }) : text };
  };
  return { script, obeyed };
}
