import type { Planner } from '../../pipeline/ports.ts';

/**
 * A planner whose packages are loaded when it is first asked: an installation that never asks it does not pay for them.
 * Where that fails the question fails, and the next one tries again.
 */
export function lazyPlanner(name: string, open: () => Promise<Planner>): Planner {
  let opening: Promise<Planner> | null = null;
  const opened = (): Promise<Planner> => {
    opening ??= open().catch((fault: unknown) => {
      opening = null;
      throw fault;
    });
    return opening;
  };
  return {
    name,
    plan: async (request, signal) => (await opened()).plan(request, signal),
    stress: async (request, plan, signal) => (await opened()).stress(request, plan, signal),
    summarise: async (resolution, signal) => (await opened()).summarise(resolution, signal),
    explain: async (request, signal) => (await opened()).explain(request, signal),
  };
}
