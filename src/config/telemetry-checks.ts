import type { GovernorConfig } from '../../contracts/config.ts';
import type { KeyProblem } from './issues.ts';

type Checked = Pick<GovernorConfig, 'telemetry_window_s' | 'elasticsearch'>;

/** A window of which more than half may still be on its way is never answered: every case would wait for a person. */
export function telemetryProblems({ telemetry_window_s, elasticsearch }: Checked): KeyProblem[] {
  const { late_s, services } = elasticsearch;
  if (Object.keys(services).length === 0 || late_s * 2 <= telemetry_window_s) return [];
  return [{ key: 'elasticsearch.late_s', reason: `is more than half of telemetry_window_s (${telemetry_window_s})` }];
}
