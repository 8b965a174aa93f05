import type { Segment } from './rates.ts';
import { countRequests, OK_STATUS, type SimulatedRequest } from './requests.ts';
import type { WorldService } from './world-file.ts';

export type Figures = {
  service: string;
  from: string;
  to: string;
  window_s: number;
  requests: number;
  errors: number;
  error_rate: number;
  baseline: number;
  top_errors: { status: number; path: string; count: number }[];
  status_counts: Record<string, number>;
  sample_ids: string[];
  partial: boolean;
};

const SAMPLES_MAX = 5;
const TOP_ERRORS_MAX = 5;

/** Counts a service's simulated access log over a window; requests that lie in the future of `nowMs` do not exist yet. */
export function countFigures(
  service: WorldService,
  segments: readonly Segment[],
  window: { fromMs: number; toMs: number; nowMs: number },
): Figures {
  const { requests, failed } = countRequests(service, segments, window.fromMs, Math.min(window.toMs, window.nowMs));
  return {
    service: service.service,
    from: new Date(window.fromMs).toISOString(),
    to: new Date(window.toMs).toISOString(),
    window_s: (window.toMs - window.fromMs) / 1000,
    requests,
    errors: failed.length,
    error_rate: requests === 0 ? 0 : failed.length / requests,
    baseline: service.baseline,
    top_errors: topErrors(failed),
    status_counts: statusCounts(requests, failed),
    sample_ids: failed.slice(-SAMPLES_MAX).map(({ id }) => id),
    partial: false,
  };
}

function statusCounts(requests: number, failed: readonly SimulatedRequest[]): Record<string, number> {
  const counts: Record<string, number> = requests > failed.length ? { [OK_STATUS]: requests - failed.length } : {};
  for (const { status } of failed) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

function topErrors(failed: readonly SimulatedRequest[]): Figures['top_errors'] {
  const groups = Map.groupBy(failed, ({ status, path }) => `${status} ${path}`);
  const counted = [...groups.values()].flatMap((group) =>
    group[0] === undefined ? [] : [{ status: group[0].status, path: group[0].path, count: group.length }],
  );
  return counted.sort((one, other) => other.count - one.count || one.path.localeCompare(other.path)).slice(0, TOP_ERRORS_MAX);
}
