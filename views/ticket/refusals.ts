import type { BodyOf } from '../../contracts/entry.ts';
import { plural } from '../figures.ts';
import { bold, code, type Line, line, person, words } from '../line.ts';
import { REFUSED, SURFACE, TOKEN } from '../words.ts';
import { list, sentence, type TicketPart } from './parts.ts';

type Refused = BodyOf<'refused'>;

const GROUPS_SHOWN = 10;

/** Attempts that were refused, the same ones of one person in one line. */
export function refusals(refused: readonly Refused[], last: boolean): TicketPart[] {
  const many = refused.length === 1 ? 'An attempt was refused' : `${refused.length} attempts were refused`;
  const end = last ? line` Later ones are not told here any more; the case’s log has every one.` : [];
  return [sentence(line`${bold(many)}, and changed nothing.${end}`), ...list(grouped(refused), GROUPS_SHOWN)];
}

function grouped(refused: readonly Refused[]): Line[] {
  const groups = new Map<string, Refused[]>();
  for (const one of refused) {
    const name = JSON.stringify([one.by, one.attempted, one.refusal, one.via, one.revision]);
    groups.set(name, [...(groups.get(name) ?? []), one]);
  }
  return [...groups.values()].flatMap((group) => {
    const [one] = group;
    return one === undefined ? [] : [lineOf(one, group.length)];
  });
}

function lineOf({ by, attempted, refusal, via, revision }: Refused, times: number): Line {
  const often = times === 1 ? [] : line` (${words(plural(times, 'time'))})`;
  return line`${code(TOKEN[attempted])} by ${person(by)} ${words(SURFACE[via])} on revision ${revision}: ${words(REFUSED[refusal])}${often}`;
}
