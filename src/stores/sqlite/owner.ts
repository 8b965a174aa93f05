import { readFileSync } from 'node:fs';

/** A process, told apart from a later one with the same number by when it began; `start` is null where the system does not say. */
export type Owner = { pid: number; start: string | null };

const START_TIME_FIELD = 19;

/** When a process began, in the system's ticks since a boot that has a name of its own; null where nothing can be said. */
function startOf(pid: number): string | null {
  const stat = textOf(`/proc/${pid}/stat`);
  const boot = textOf('/proc/sys/kernel/random/boot_id');
  if (stat === null || boot === null) return null;
  // The program's name stands in brackets and may itself hold spaces and brackets; the fields are counted behind it.
  const ticks = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[START_TIME_FIELD];
  return ticks === undefined ? null : `${boot.trim()}:${ticks}`;
}

function textOf(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    // No such process, or a system without /proc: both mean that nothing is known.
    return null;
  }
}

export const thisProcess = (): Owner => ({ pid: process.pid, start: startOf(process.pid) });

/** True only where it is certain: a lease whose owner cannot be looked up ends by its time alone. */
export const hasEnded = (owner: Owner): boolean => owner.start !== null && startOf(owner.pid) !== owner.start;
