import type { JiraConfig } from '../../../contracts/jira.ts';
import { problemOf } from '../../../pipeline/errors.ts';
import type { Clock } from '../../../pipeline/ports.ts';
import type { Log } from '../../log.ts';
import { isMissing } from './fault.ts';
import { createJira, type Jira } from './jira.ts';
import { openingsInJira, removeOpenings } from './openings.ts';
import { siteOf } from './site.ts';
import type { JiraSettings } from './transport.ts';

/** One ticket as the command line shows it; `url` is where people see it. */
export type Listed = { key: string; case_id: string; status: string; done: boolean; summary: string; url: string };
export type Kept = { key: string; problem: string };

/** What a person does with all tickets of the governor at once. */
export type TicketDesk = {
  /** Newest first, as far as Jira's search has seen them: one made within the last minutes may be missing. */
  list(): Promise<Listed[]>;
  /**
   * Deletes these, each after another look at it: only where it still says that it is this case's. Gives those that are
   * still there, and why. Throws where Jira cannot be asked at all.
   */
  remove(listed: readonly Listed[], step: () => void): Promise<Kept[]>;
};

type Parts = { jira: JiraSettings; config: JiraConfig; clock: Clock; log: Log };

export function createTicketDesk(parts: Parts): TicketDesk {
  const jira = createJira({ ...parts, timeoutMs: parts.config.timeout_s * 1_000 });
  const site = siteOf(parts);
  return {
    async list() {
      const listed: Listed[] = [];
      for await (const { key, caseId, status, done, summary } of jira.all())
        listed.push({ key, case_id: caseId ?? '', status, done, summary, url: `${site}/browse/${key}` });
      return listed;
    },
    async remove(listed, step) {
      const kept: Kept[] = [];
      for (const one of listed) {
        const problem = await removed(jira, one);
        if (problem !== null) kept.push({ key: one.key, problem });
        step();
      }
      return kept;
    },
  };
}

async function removed(jira: Jira, { key, case_id }: Listed): Promise<string | null> {
  try {
    const { caseId } = await jira.issue(key);
    if (caseId !== case_id) return 'it is another case’s by now';
    await removeOpenings(openingsInJira(jira), case_id);
    await jira.remove(key);
    return null;
  } catch (fault) {
    // Gone already is what was wanted; anything else is told, and the others still get their turn.
    return isMissing(fault) ? null : problemOf(fault);
  }
}
