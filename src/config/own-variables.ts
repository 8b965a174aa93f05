import type { Environment } from './environment.ts';
import { ENVIRONMENT, type SettingProblem } from './problems.ts';
import type { LogLevel, Settings } from './settings.ts';

const PORT_DEFAULT = 3000;
const PORT_MAX = 65_535;
const HOST_DEFAULT = '127.0.0.1';
const LEVELS: readonly LogLevel[] = ['error', 'warn', 'info', 'debug'];

type Own = Pick<Settings, 'production' | 'http' | 'logLevel'>;

/** What the environment says about this process itself: where it listens, how much it logs, whether it is production. */
export function readOwn(env: Environment): { settings: Own; production: boolean; problems: SettingProblem[] } {
  const problems: SettingProblem[] = [];
  const wrong = (key: string, reason: string) => problems.push({ file: ENVIRONMENT, key, reason });
  const portText = env.PORT?.trim() || String(PORT_DEFAULT);
  const port = /^\d{1,5}$/.test(portText) ? Number(portText) : Number.NaN;
  if (!(port <= PORT_MAX)) wrong('PORT', `\`${portText.slice(0, 20)}\` is not a port from 0 to ${PORT_MAX}`);
  const host = env.HOST?.trim() || HOST_DEFAULT;
  if (!/^[\w.:%-]{1,255}$/.test(host)) wrong('HOST', 'is not a host name or an address');
  const level = env.LOG_LEVEL?.trim() || 'info';
  const logLevel = LEVELS.find((known) => known === level);
  if (logLevel === undefined) wrong('LOG_LEVEL', `\`${level.slice(0, 20)}\` is none of ${LEVELS.join(', ')}`);
  const production = env.NODE_ENV === 'production';
  return { settings: { production, http: { host, port }, logLevel: logLevel ?? 'info' }, production, problems };
}
