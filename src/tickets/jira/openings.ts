import type { Jira } from './jira.ts';
import type { Opening } from './shapes.ts';

/**
 * What is noted before a ticket is made. Jira has no key by which a repeated creation could be told from a new one, and its
 * search sees a new ticket only after a while: without the note nobody could know after a lost answer, a restart or on
 * another replica, that there may be a ticket already.
 */
export type Openings = {
  /** Every note of the case, each attempt's own. */
  read(caseId: string): Promise<Opening[]>;
  write(caseId: string, opening: Opening): Promise<void>;
  remove(caseId: string, by: string): Promise<void>;
};

/** In Jira itself, as properties of the account's own user: read back at once, and the same for every replica. */
export const openingsInJira = (jira: Jira): Openings => ({
  read: (caseId) => jira.readOpenings(caseId),
  write: (caseId, opening) => jira.writeOpening(caseId, opening),
  remove: (caseId, by) => jira.removeOpening(caseId, by),
});

/** In this process alone, for an account that may not keep properties. */
export function openingsHere(): Openings {
  const known = new Map<string, Opening[]>();
  const others = (caseId: string, by: string): Opening[] => (known.get(caseId) ?? []).filter((opening) => opening.by !== by);
  return {
    read: async (caseId) => known.get(caseId) ?? [],
    write: async (caseId, opening) => void known.set(caseId, [...others(caseId, opening.by), opening]),
    async remove(caseId, by) {
      const left = others(caseId, by);
      if (left.length === 0) known.delete(caseId);
      else known.set(caseId, left);
    },
  };
}

/** When the search has come to know every ticket there is, no note of the case is of any use. */
export async function removeOpenings(openings: Openings, caseId: string): Promise<void> {
  for (const { by } of await openings.read(caseId)) await openings.remove(caseId, by);
}
