import type { Fields, Log } from '../../src/log.ts';

export const silentLog: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  child: () => silentLog,
};

export type Line = { level: 'debug' | 'info' | 'warn' | 'error'; message: string; fields: Fields };

/** A log that keeps what is written into it. */
export function recordingLog(): { log: Log; lines: Line[] } {
  const lines: Line[] = [];
  const write =
    (level: Line['level']) =>
    (message: string, fields: Fields = {}): void =>
      void lines.push({ level, message, fields });
  const log: Log = { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error'), child: () => log };
  return { log, lines };
}
