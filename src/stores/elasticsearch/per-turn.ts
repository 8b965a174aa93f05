export type PerTurn<J> = {
  add(job: J): void;
  /** Resolves once nothing is queued and nothing under way. */
  drained(): Promise<void>;
};

type Parts<J> = {
  /** Does the jobs together and settles each of them; it never rejects. */
  run: (jobs: J[]) => Promise<void>;
  sizeOf: (job: J) => number;
  /** Of one run; a single job may be larger. */
  sizeMax: number;
  /** While so many runs are under way the next jobs wait, and go together. */
  runsMax: number;
};

/** Gathers what is asked for during one turn of the event loop, so that it costs one round trip and not one each. */
export function createPerTurn<J>({ run, sizeOf, sizeMax, runsMax }: Parts<J>): PerTurn<J> {
  let queue: J[] = [];
  let scheduled = false;
  let underWay = 0;
  const waiters: (() => void)[] = [];

  const take = (): J[] => {
    let size = 0;
    let count = 0;
    for (const job of queue) {
      size += sizeOf(job);
      if (count > 0 && size > sizeMax) break;
      count += 1;
    }
    const taken = queue.slice(0, count);
    queue = queue.slice(count);
    return taken;
  };

  const ended = (): void => {
    underWay -= 1;
    if (queue.length > 0) schedule();
    else if (underWay === 0) for (const waiter of waiters.splice(0)) waiter();
  };

  const flush = (): void => {
    scheduled = false;
    while (queue.length > 0 && underWay < runsMax) {
      underWay += 1;
      void run(take()).finally(ended);
    }
  };

  const schedule = (): void => {
    if (scheduled) return;
    scheduled = true;
    setImmediate(flush);
  };

  return {
    add(job) {
      queue.push(job);
      schedule();
    },
    async drained() {
      if (queue.length === 0 && underWay === 0) return;
      await new Promise<void>((resolve) => waiters.push(resolve));
    },
  };
}
