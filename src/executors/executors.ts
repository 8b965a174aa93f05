import type { Action } from '../../contracts/catalogue.ts';
import type { Clock, Executor } from '../../pipeline/ports.ts';
import type { Log } from '../log.ts';
import { createDryRunExecutor } from './dry-run.ts';
import { createSandboxExecutor } from './sandbox.ts';

export type ExecutorsOptions = {
  /** SANDBOX_URL; null where there is no simulated world. */
  sandboxUrl: string | null;
  clock: Clock;
  log: Log;
};

/** Every executor of this installation by the name that catalogue entries use. */
export async function createExecutors({ sandboxUrl, clock, log }: ExecutorsOptions): Promise<ReadonlyMap<string, Executor>> {
  const executors = [createDryRunExecutor({ clock, log })];
  if (sandboxUrl !== null) executors.push(await createSandboxExecutor({ baseUrl: sandboxUrl, clock }));
  return new Map(executors.map((executor) => [executor.name, executor]));
}

/** Executors that the catalogue names and this installation lacks, sorted: their actions could be approved and never run. */
export function missingExecutors(actions: Iterable<Action>, executors: ReadonlyMap<string, Executor>): string[] {
  const named = [...actions].map((action) => action.executor);
  return [...new Set(named)].filter((name) => !executors.has(name)).sort();
}
