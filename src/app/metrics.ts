import type { Entry } from '../../contracts/entry.ts';

export type Metrics = { count(entry: Entry): void; text(): string };

/** What each kind of entry is counted by, beside its kind. */
const LABEL_OF: Partial<Record<Entry['body']['kind'], (body: never) => string>> = {
  gated: (body: Extract<Entry['body'], { kind: 'gated' }>) => body.gate.decision,
  execution_recorded: (body: Extract<Entry['body'], { kind: 'execution_recorded' }>) => body.outcome,
  verified: (body: Extract<Entry['body'], { kind: 'verified' }>) => body.result,
  approved: (body: Extract<Entry['body'], { kind: 'approved' }>) => body.as,
  refused: (body: Extract<Entry['body'], { kind: 'refused' }>) => body.refusal,
  waiting: (body: Extract<Entry['body'], { kind: 'waiting' }>) => body.for,
};

/** Counts the entries that this process wrote, in the Prometheus text format. The log itself is the whole truth. */
export function createMetrics(openCases: () => number): Metrics {
  const counts = new Map<string, number>();
  return {
    count({ body }) {
      const label = LABEL_OF[body.kind]?.(body as never);
      const name = `governor_entries_total{kind="${body.kind}"${label === undefined ? '' : `,of="${label}"`}}`;
      counts.set(name, (counts.get(name) ?? 0) + 1);
    },
    text() {
      const lines = [
        '# HELP governor_entries_total Entries written to case logs by this process.',
        '# TYPE governor_entries_total counter',
        ...[...counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, value]) => `${name} ${value}`),
        '# HELP governor_watched_cases Cases this process keeps an eye on.',
        '# TYPE governor_watched_cases gauge',
        `governor_watched_cases ${openCases()}`,
        '# HELP process_resident_memory_bytes Resident memory.',
        '# TYPE process_resident_memory_bytes gauge',
        `process_resident_memory_bytes ${process.memoryUsage.rss()}`,
      ];
      return `${lines.join('\n')}\n`;
    },
  };
}
