import { problemOf } from '../../pipeline/errors.ts';
import type { Log } from '../log.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const STOP_MS_MAX = 8_000;

/**
 * Runs until a signal, then stops in order and leaves. A fault that nobody caught ends the process too: a supervisor
 * starts it anew from its log, which is safer than going on in an unknown state. `process.exit` is needed because Slack's
 * client keeps timers after it was stopped. `ready` tells whoever waits; it is called once a signal is taken as meant, for
 * a script may send one as soon as it has read the address.
 */
export function untilStopped(stop: () => Promise<void>, log: Log, ready: () => void): Promise<never> {
  let leaving = false;
  const leave = (code: number): void => {
    if (leaving) return;
    leaving = true;
    setTimeout(() => process.exit(code), STOP_MS_MAX).unref();
    stop().then(
      () => process.exit(code),
      (fault: unknown) => {
        log.error('stopping failed', { problem: problemOf(fault) });
        process.exit(1);
      },
    );
  };
  for (const signal of SIGNALS) process.once(signal, () => leave(0));
  process.on('unhandledRejection', (fault) => {
    log.error('a fault that nobody caught', {
      problem: problemOf(fault),
      stack: fault instanceof Error ? fault.stack : undefined,
    });
    leave(1);
  });
  process.on('uncaughtException', (fault) => {
    log.error('a fault that nobody caught', { problem: problemOf(fault), stack: fault.stack });
    leave(1);
  });
  ready();
  return new Promise<never>(() => undefined);
}
