import type { Segment } from './rates.ts';
import { requestsBetween, type SimulatedRequest } from './requests.ts';
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
  const statusCounts: Record<string, number> = {};
  const failed: SimulatedRequest[] = [];
  let requests = 0;
  for (const request of requestsBetween(service, segments, window.fromMs, Math.min(window.toMs, window.nowMs))) {
    requests += 1;
    statusCounts[request.status] = (statusCounts[request.status] ?? 0) + 1;
    if (request.isError) failed.push(request);
  }
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
    status_counts: statusCounts,
    sample_ids: failed.slice(-SAMPLES_MAX).map(({ id }) => id),
    partial: false,
  };
}

function topErrors(failed: readonly SimulatedRequest[]): Figures['top_errors'] {
  const groups = Map.groupBy(failed, ({ status, path }) => `${status} ${path}`);
  const counted = [...groups.values()].flatMap((group) =>
    group[0] === undefined ? [] : [{ status: group[0].status, path: group[0].path, count: group.length }],
  );
  return counted.sort((one, other) => other.count - one.count || one.path.localeCompare(other.path)).slice(0, TOP_ERRORS_MAX);
}
