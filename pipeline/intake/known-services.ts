import type { GovernorConfig } from '../../contracts/config.ts';
import { ServiceName } from '../../contracts/words.ts';
import type { Clock, Library, Telemetry } from '../ports.ts';

/** How long a service that was not there is not asked for again. */
const ABSENT_MS = 2_000;
/** How long a service stays known after it was last seen: names come and go slowly. */
const PRESENT_MS = 60_000;
/** An incident is never kept waiting longer than this by telemetry. */
const TELEMETRY_MS = 1_000;

export type KnownServices = {
  /**
   * Whether anything names this service. Where telemetry could not be asked, every service counts as known: an outage
   * must not keep an incident from being opened, and what telemetry cannot tell blocks later, at the gate.
   */
  isKnown(service: string): Promise<boolean>;
  /** Every name known, sorted. */
  list(): Promise<string[]>;
};

type Parts = {
  library: Pick<Library, 'services'>;
  telemetry: Pick<Telemetry, 'services'>;
  config: Pick<GovernorConfig, 'services'>;
  clock: Clock;
};
type Seen = { atMs: number; names: ReadonlySet<string>; complete: boolean };

export function createKnownServices({ library, telemetry, config, clock }: Parts): KnownServices {
  const named = Object.keys(config.services);
  let seen: Seen = { atMs: Number.NEGATIVE_INFINITY, names: new Set(named), complete: false };
  let asking: Promise<Seen> | null = null;

  const look = async (): Promise<Seen> => {
    const [stored, measured] = await Promise.all([library.services(), measuredBy(telemetry)]);
    const names = [...named, ...stored, ...(measured ?? [])].filter((name) => ServiceName.safeParse(name).success);
    seen = { atMs: clock.now(), names: new Set(names), complete: measured !== null };
    return seen;
  };

  /** One question at a time: a storm of incidents asks the store once. */
  const ask = (): Promise<Seen> => {
    asking ??= look().finally(() => {
      asking = null;
    });
    return asking;
  };

  const youngerThan = (ms: number): boolean => clock.now() - seen.atMs < ms;

  return {
    async isKnown(service) {
      if (Object.hasOwn(config.services, service)) return true;
      if (seen.names.has(service) && youngerThan(PRESENT_MS)) return true;
      const now = youngerThan(ABSENT_MS) ? seen : await ask();
      return now.names.has(service) || !now.complete;
    },
    async list() {
      const now = youngerThan(ABSENT_MS) ? seen : await ask();
      return [...now.names].sort();
    },
  };
}

/** Null where telemetry failed or was late: that is known to be unknown, not an empty list. */
async function measuredBy(telemetry: Pick<Telemetry, 'services'>): Promise<string[] | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(resolve, TELEMETRY_MS, null);
  });
  const asked = telemetry.services().catch(() => null);
  const answer = await Promise.race([asked, late]);
  clearTimeout(timer);
  return answer;
}
