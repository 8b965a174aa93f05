import { type Fate, openFaultyDoor as openDoor, turnedAway } from '../../elasticsearch/faulty-door.ts';

/** `partial` lets the cluster say of itself that one shard gave nothing; the others never reach it. */
export type DoorState = 'open' | 'silent' | 'refusing' | 'busy' | 'partial';
export type FaultyDoor = { url: string; be(state: DoorState): void; close(): Promise<void> };

const FATES: Readonly<Record<DoorState, Fate>> = {
  open: 'pass',
  silent: 'dropped',
  refusing: { status: 403, json: { error: { type: 'security_exception', reason: 'so it was told' }, status: 403 } },
  busy: turnedAway(429),
  partial: { told: (answer) => answer.replace(/"failed":0/, '"failed":1') },
};

/** A door before a real cluster that can fall silent, refuse, or let less through than there is. */
export async function openFaultyDoor(clusterUrl: string): Promise<FaultyDoor> {
  const { url, decide, close } = await openDoor(clusterUrl);
  return { url, be: (state) => decide(() => FATES[state]), close };
}
