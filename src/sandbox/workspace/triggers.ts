import { newSecret } from '../ids.ts';

const TRIGGER_LIFE_MS = 3000;
const REMEMBERED_MS = 60_000;

export type TriggerOutcome =
  | { ok: true; user: string }
  | { ok: false; error: 'invalid_trigger_id' | 'expired_trigger_id' | 'exchanged_trigger_id' };
export type Triggers = { issue(user: string): string; exchange(id: string): TriggerOutcome };

type Issued = { user: string; atMs: number; used: boolean };

/** A trigger opens one view, once, within three seconds of the interaction that brought it. */
export function createTriggers(now: () => number): Triggers {
  const issued = new Map<string, Issued>();
  return {
    issue(user) {
      for (const [id, { atMs }] of issued) {
        if (now() - atMs < REMEMBERED_MS) break;
        issued.delete(id);
      }
      const id = `${now()}.${issued.size + 1}.${newSecret(16)}`;
      issued.set(id, { user, atMs: now(), used: false });
      return id;
    },
    exchange(id) {
      const trigger = issued.get(id);
      if (trigger === undefined) return { ok: false, error: 'invalid_trigger_id' };
      if (trigger.used) return { ok: false, error: 'exchanged_trigger_id' };
      if (now() - trigger.atMs > TRIGGER_LIFE_MS) return { ok: false, error: 'expired_trigger_id' };
      trigger.used = true;
      return { ok: true, user: trigger.user };
    },
  };
}
