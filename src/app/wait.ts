import { setTimeout as sleep } from 'node:timers/promises';

/** Keeps no process alive that has nothing else to do. */
export const wait = (ms: number): Promise<void> => sleep(ms, undefined, { ref: false });
