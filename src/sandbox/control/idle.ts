import type { Changes } from '../changes.ts';
import type { Workspace } from '../workspace/workspace.ts';
import type { Apps } from './apps.ts';

export type Idle = { idle: boolean; waiting_for: string[] };

/** Nothing due and nothing in flight, here and in every connected app. */
export function createIdle(
  { delivery, events, changes }: Workspace,
  apps: Apps,
  requestsInFlight: () => number,
): () => Promise<Idle> {
  const activity = countChanges(changes);
  const waitingHere = (): string[] => [
    ...(delivery.inFlight() > 0 ? ['envelopes without an acknowledgement'] : []),
    ...(events.waiting() > 0 ? ['events without an acknowledgement'] : []),
    ...(requestsInFlight() > 0 ? ['Web API requests'] : []),
  ];
  return async () => {
    const before = activity();
    const waitingFor = [...waitingHere(), ...(await apps.busy())];
    // What an app did while it was being asked may have come after its answer: then the answer counts for nothing.
    const moved = activity() === before ? waitingHere() : ['something happened meanwhile'];
    const all = [...new Set([...waitingFor, ...moved])];
    return { idle: all.length === 0, waiting_for: all };
  };
}

function countChanges(changes: Changes): () => number {
  let count = 0;
  changes.subscribe(() => {
    count += 1;
  });
  return () => count;
}
