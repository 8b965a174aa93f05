import { describe } from 'vitest';
import { isCi } from './ci.ts';
import { canStartCluster } from './cluster.ts';

/** Tests that start nodes of their own, to kill and to stop them; skipped where this machine cannot. */
export function describeWithOwnNodes(title: string, body: () => void): void {
  const possible = canStartCluster();
  if (possible.ok) describe(title, body);
  else if (isCi()) throw new Error(possible.why);
  else describe.skip(`${title} (skipped: ${possible.why})`, body);
}
