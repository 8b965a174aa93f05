import type { Action } from '../contracts/catalogue.ts';
import type { Runbook } from '../contracts/documents.ts';
import { isNameOf } from './action-names.ts';
import type { CaseState, ExecutionState } from './case-state.ts';
import { currentNumber } from './case-state.ts';
import type { Cases } from './cases.ts';
import type { Library } from './ports.ts';

/** So often in a row an accepted learned runbook may fail to help before its approvers are asked again. */
export const FAILURES_DOUBTED = 3;

type Parts = { cases: Cases; library: Pick<Library, 'get' | 'put'>; actions: ReadonlyMap<string, Action> };

/**
 * What became of the remedies that runbooks recommend. Bookkeeping, written after the case's own entry: a crash in between
 * costs one count.
 */
export type TrackRecord = {
  /**
   * The action ran and did not help, or failed as it ran. Never for one that was not carried out (refused, not sent, never
   * seen) or whose effect nobody could measure: that says nothing about the remedy.
   */
  failed(state: CaseState): Promise<void>;
  helped(state: CaseState): Promise<void>;
};

export function createTrackRecord({ cases, library, actions }: Parts): TrackRecord {
  /** Runbooks that the plan followed, accepted or not: those it cites that recommend what ran. */
  const followedBy = async (state: CaseState): Promise<Runbook[]> => {
    const action = actions.get(state.execution?.actionId ?? '');
    const ids = citedBy(state, state.execution);
    if (action === undefined || ids.length === 0) return [];
    const documents = await library.get(ids);
    return documents.filter(
      (document): document is Runbook =>
        document.kind === 'runbook' && document.status !== 'discarded' && isNameOf(document.recommended_action, action),
    );
  };

  /** The log of the case that it was learned from is where it was accepted, and where it is asked for again. */
  const doubt = async ({ id, from_case, failures = 0 }: Runbook, caseId: string): Promise<void> => {
    if (from_case === undefined) return;
    await cases.change(from_case, (then) => {
      const { learned } = then;
      const stands = learned?.runbookId === id && (learned.decision === 'accepted' || learned.decision === 'edited');
      const doubted = { revision: currentNumber(then), runbook_id: id, failures, case_id: caseId };
      return { append: stands ? { kind: 'learning_doubted', ...doubted } : null, answer: null };
    });
  };

  return {
    async failed(state) {
      const followed = await followedBy(state);
      const counted = followed.map((runbook) => ({ ...runbook, failures: (runbook.failures ?? 0) + 1 }));
      await library.put(counted);
      for (const runbook of counted) if (runbook.failures >= FAILURES_DOUBTED) await doubt(runbook, state.caseId);
    },
    async helped(state) {
      const inARow = (await followedBy(state)).filter(({ failures = 0 }) => failures > 0);
      await library.put(inARow.map(({ failures: _ended, ...runbook }) => runbook));
    },
  };
}

/** Support, or what would be if it were accepted; a runbook that is cited for something else is followed by nobody. */
function citedBy({ revisions }: CaseState, execution: ExecutionState | null): string[] {
  const ran = revisions.find(({ revision }) => revision === execution?.revision);
  const weighed = ran?.stressed?.stress.documents ?? [];
  const followed = weighed.filter(
    ({ kind, role, not_counted }) => kind === 'runbook' && (role === 'support' || not_counted === 'not_accepted'),
  );
  return followed.map(({ id }) => id);
}
