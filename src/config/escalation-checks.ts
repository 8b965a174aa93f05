import { createRequire } from 'node:module';
import type * as NodeCron from 'node-cron';
import type { GovernorConfig } from '../../contracts/config.ts';
import { EscalationConfig } from '../../contracts/escalation.ts';
import type { KeyProblem } from './issues.ts';

const CRON = 'escalation.daily_summary.cron';
const ZONE = 'escalation.daily_summary.time_zone';
const FIELDS = 5;
const DEFAULT_CRON = EscalationConfig.parse({}).daily_summary.cron;

/** A summary at a time that never comes, or on a clock that does not exist: better told at the start than missed. */
export function escalationProblems({ escalation }: GovernorConfig): KeyProblem[] {
  const { cron, time_zone: zone } = escalation.daily_summary;
  return [
    ...(cron === null ? [] : cronProblems(cron)),
    ...(zone === undefined || isZone(zone) ? [] : [{ key: ZONE, reason: `\`${zone}\` is no time zone, such as Europe/Berlin` }]),
  ];
}

function cronProblems(cron: string): KeyProblem[] {
  // The scheduler is loaded only for an expression that somebody has written.
  if (cron === DEFAULT_CRON) return [];
  const problem = (why: string): KeyProblem[] => [{ key: CRON, reason: `\`${cron}\` is no cron expression: ${why}` }];
  const fields = cron.trim().split(/\s+/).length;
  if (fields !== FIELDS) return problem(`it has ${fields} fields, not minute, hour, day, month and weekday`);
  const { validateDetailed }: typeof NodeCron = createRequire(import.meta.url)('node-cron');
  const { valid, errors } = validateDetailed(cron);
  return valid ? [] : problem(errors.map(({ field, value }) => `${value ?? 'it'} is no ${NAMES[field] ?? field}`).join(', '));
}

const NAMES: Readonly<Record<string, string>> = { dayOfMonth: 'day', dayOfWeek: 'weekday' };

function isZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch {
    // Any fault of it means that it knows no such zone.
    return false;
  }
}
