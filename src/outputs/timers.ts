export type Timers = {
  /** Does `work` once, after `ms`; what was to be done under this name before is put off till then. */
  once(name: string, ms: number, work: () => void): void;
  stop(): void;
};

/** Timers that keep no process alive and all end together. */
export function createTimers(): Timers {
  const running = new Map<string, NodeJS.Timeout>();
  let stopped = false;
  return {
    once(name, ms, work) {
      clearTimeout(running.get(name));
      if (stopped) return;
      const timer = setTimeout(work, ms);
      timer.unref();
      running.set(name, timer);
    },
    stop() {
      stopped = true;
      for (const timer of running.values()) clearTimeout(timer);
    },
  };
}
