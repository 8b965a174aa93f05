/** Slack shows people an error after 3 s; the rest is for the acknowledgement's own way, and for a machine that is busy. */
export const WORK_MS_MAX = 2_200;

export type Ways<T> = {
  /** Resolves once what was asked for is durable, or is durably refused. */
  work: () => Promise<T>;
  /** In time: acknowledges, and shows what came of it. */
  inTime: (outcome: T) => Promise<void>;
  /** No answer in time, or a fault: acknowledges, and says that nothing is recorded. */
  notRecorded: () => Promise<void>;
  /** It got through after the person was told otherwise: they are told that, too. */
  late: (outcome: T) => Promise<void>;
};

type Ended<T> = { ended: 'well'; outcome: T } | { ended: 'badly'; fault: unknown };
const LATE = { ended: 'late' as const };

/**
 * The one way in which a command, a click or a form is answered. What was asked for is durable before Slack hears
 * yes, because Slack never sends these again; and whoever asked always hears something within Slack's time. A fault goes
 * on to the app's error door after the person was told.
 */
export async function durably<T>({ work, inTime, notRecorded, late }: Ways<T>): Promise<void> {
  const working = endOf(work);
  const first = await withinTime(working);
  if (first.ended === 'well') return inTime(first.outcome);

  const telling = await endOf(notRecorded);
  const last = first.ended === 'late' ? await working : first;
  if (last.ended === 'well') await late(last.outcome);
  const faults = [last, telling].flatMap((one) => (one.ended === 'badly' ? [one.fault] : []));
  if (faults.length > 1) throw new AggregateError(faults, 'what was asked for failed, and so did telling it');
  if (faults.length === 1) throw faults[0];
}

async function endOf<T>(work: () => Promise<T>): Promise<Ended<T>> {
  try {
    return { ended: 'well', outcome: await work() };
  } catch (fault) {
    // Not swallowed: it is thrown on once the person has been told.
    return { ended: 'badly', fault };
  }
}

async function withinTime<T>(working: Promise<Ended<T>>): Promise<Ended<T> | typeof LATE> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<typeof LATE>((resolve) => {
    timer = setTimeout(resolve, WORK_MS_MAX, LATE);
  });
  try {
    return await Promise.race([working, over]);
  } finally {
    clearTimeout(timer);
  }
}
