import { type Logger, LogLevel } from '@slack/web-api';
import type { Log } from '../log.ts';

/**
 * Slack's packages write into our log; by themselves they would write to standard output. What they call information
 * is detail here. Their debug lines hold whole messages, so the level they are told is never debug.
 */
export function createSlackLog(log: Log): Logger {
  const says = (words: readonly unknown[]) => ({ says: words.map(String).join(' ') });
  return {
    debug: () => undefined,
    info: (...words) => log.debug('the Slack client says', says(words)),
    warn: (...words) => log.warn('the Slack client warns', says(words)),
    error: (...words) => log.error('the Slack client reports a fault', says(words)),
    setLevel: () => undefined,
    getLevel: () => LogLevel.INFO,
    setName: () => undefined,
  };
}
