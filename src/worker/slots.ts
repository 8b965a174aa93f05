/** Lets at most `max` pieces of work run at a time; the others wait their turn, first come first served. */
export function createSlots(max: number): { within<T>(work: () => Promise<T>): Promise<T> } {
  let taken = 0;
  const queue: (() => void)[] = [];
  const free = (): void => {
    const next = queue.shift();
    if (next === undefined) taken -= 1;
    else next();
  };
  return {
    async within(work) {
      if (taken < max) taken += 1;
      else await new Promise<void>((resolve) => queue.push(resolve));
      try {
        return await work();
      } finally {
        free();
      }
    },
  };
}

export type Within = ReturnType<typeof createSlots>['within'];

/** Slots for each name that anybody asks for: work under one name never waits for another's. */
export function createNamedSlots(max: number): (name: string) => Within {
  const named = new Map<string, Within>();
  return (name) => {
    const known = named.get(name);
    if (known !== undefined) return known;
    const { within } = createSlots(max);
    named.set(name, within);
    return within;
  };
}
