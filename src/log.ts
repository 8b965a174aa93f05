import winston from 'winston';
import type { Settings } from './config/settings.ts';
import { createKnownSecrets, type KnownSecrets } from './log/known-secrets.ts';
import { jsonLine, readableLine } from './log/lines.ts';
import { plainFields } from './log/plain.ts';

export type Fields = Readonly<Record<string, unknown>>;

/** What the parts of the governor write their log with. A message is a constant sentence; what varies goes into fields. */
export type Log = {
  debug(message: string, fields?: Fields): void;
  info(message: string, fields?: Fields): void;
  warn(message: string, fields?: Fields): void;
  error(message: string, fields?: Fields): void;
  /** A log whose every line carries these fields too, say `{case_id}`. */
  child(fields: Fields): Log;
};

type LogSettings = Pick<Settings, 'logLevel' | 'production' | 'secrets'>;
export type LogOptions = {
  /** Shared with whatever else sends text out, so that all of it hides the same values. */
  hide?: KnownSecrets;
  stream?: NodeJS.WritableStream;
  now?: () => number;
};

/** The log: JSON lines in production, readable ones elsewhere, always on the error stream, never with a secret in it. */
export function createLog(settings: LogSettings, options: LogOptions = {}): Log {
  const { hide = createKnownSecrets(settings.secrets), stream = process.stderr, now = Date.now } = options;
  const line = settings.production ? jsonLine : readableLine;
  const sink = winston.createLogger({
    level: settings.logLevel,
    format: winston.format.printf((entry) => String(entry.message)),
    transports: [new winston.transports.Stream({ stream })],
  });

  const write = (level: string, bound: Fields, message: string, fields: Fields = {}): void => {
    if (!sink.isLevelEnabled(level)) return;
    const at = new Date(now()).toISOString();
    sink.log(
      level,
      line({ at, level, message: hide.redact(message), fields: plainFields({ ...bound, ...fields }, hide.redact) }),
    );
  };

  const withFields = (bound: Fields): Log => ({
    debug: (message, fields) => write('debug', bound, message, fields),
    info: (message, fields) => write('info', bound, message, fields),
    warn: (message, fields) => write('warn', bound, message, fields),
    error: (message, fields) => write('error', bound, message, fields),
    child: (fields) => withFields({ ...bound, ...fields }),
  });
  return withFields({});
}

/**
 * Sends Node's own warnings to the log, in place of Node's printing them. That TypeScript is run as it is is intended,
 * so the warning about it is dropped. Returns the way back.
 */
export function routeWarnings(log: Log, from: NodeJS.EventEmitter = process): () => void {
  const printers = from.listeners('warning').filter((listener) => listener.name === 'onWarning');
  for (const printer of printers) from.removeListener('warning', asListener(printer));
  const listener = (warning: Error): void => {
    if (warning.name === 'ExperimentalWarning' && /type stripping/i.test(warning.message)) return;
    log.warn('node warns', { warning });
  };
  from.on('warning', listener);
  return () => {
    from.removeListener('warning', listener);
    for (const printer of printers) from.on('warning', asListener(printer));
  };
}

/** `listeners` forgets that its functions take arguments. */
const asListener = (listener: unknown) => listener as (...values: unknown[]) => void;
