import { newSecret } from '../ids.ts';

const TICKET_LIFE_MS = 30_000;

export type ConnectionTickets = {
  issue(): string;
  /** True once for a ticket that was issued lately, unless an outage refuses it. */
  accept(ticket: string): boolean;
  /** Refuses the next `attempts` connections, and all until `ms` have passed: an outage for tests. */
  refuse(attempts: number, ms: number): void;
};

/** Right to open one connection each; a ticket that was seen by somebody else is worth nothing afterwards. */
export function createConnectionTickets(now: () => number): ConnectionTickets {
  const issued = new Map<string, number>();
  const outage = { attempts: 0, untilMs: 0 };
  const outlived = (issuedMs: number): boolean => now() - issuedMs > TICKET_LIFE_MS;
  return {
    issue() {
      for (const [ticket, issuedMs] of issued) if (outlived(issuedMs)) issued.delete(ticket);
      const ticket = newSecret();
      issued.set(ticket, now());
      return ticket;
    },
    accept(ticket) {
      const issuedMs = issued.get(ticket);
      issued.delete(ticket);
      if (issuedMs === undefined || outlived(issuedMs) || outage.untilMs > now()) return false;
      if (outage.attempts <= 0) return true;
      outage.attempts -= 1;
      return false;
    },
    refuse(attempts, ms) {
      outage.attempts = attempts;
      outage.untilMs = now() + ms;
    },
  };
}
