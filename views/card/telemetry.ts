import type { KnownBlock } from '@slack/types';
import type { Shown } from '../../contracts/shown.ts';
import type { Telemetry } from '../../contracts/telemetry.ts';
import { paragraph, rich, title } from '../blocks.ts';
import { count, errorShare, percent, seconds } from '../figures.ts';
import { code, data, joined, type Line, line, words } from '../line.ts';

const TOP_SHOWN = 3;

/** What the service does now, by its own logs. */
export function telemetry({ telemetry: figures, telemetry_problem, simulated }: Shown): KnownBlock[] {
  const label = title(simulated ? 'Live telemetry (simulated)' : 'Live telemetry');
  if (figures === null)
    return telemetry_problem === null ? [] : rich(label, paragraph(line`Unknown: ${data(telemetry_problem, 200)}`));
  const top = topErrors(figures, TOP_SHOWN);
  return rich(label, paragraph(figuresLine(figures)), top.length === 0 ? null : paragraph(joined(top, ' · ')));
}

export function figuresLine(figures: Telemetry): Line {
  const window = words(seconds(figures.window_s));
  const usual = words(percent(figures.baseline));
  return line`${words(percent(figures.error_rate))} errors over ${window}, usually ${usual} (${words(errorShare(figures))})`;
}

export const topErrors = ({ top_errors }: Telemetry, max: number): Line[] =>
  top_errors.slice(0, max).map(({ status, path, count: times }) => line`${status} ${code(path, 80)} × ${words(count(times))}`);
