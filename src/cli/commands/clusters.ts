import { GovernorError } from '../../../pipeline/errors.ts';
import type { Window } from '../../../pipeline/ports.ts';
import { systemClock as clock } from '../../app/core.ts';
import { readConfig } from '../../config.ts';
import { noCluster, withCluster } from '../../operations/with-cluster.ts';
import type { Cluster } from '../../telemetry/assess-clusters.ts';
import { createClusters } from '../../telemetry/clusters.ts';
import type { Command, Invocation } from '../command.ts';
import { EXIT } from '../command.ts';
import { bad, faint, type Line, print, strong } from '../print.ts';

const WINDOW_DEFAULT = '15m';
const DAY_S = 86_400;
const UNIT_S: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: DAY_S };
const DAYS_MAX = 31;

export const clusters: Command = {
  name: 'clusters',
  usage: '[--window 15m] [--until TIME]',
  says: 'finds groups of failed requests in the logs that may become incidents, each with the line to type',
  words: { min: 0, max: 0 },
  options: {
    window: { type: 'string', says: `how far to look back: a number with s, m, h or d; ${WINDOW_DEFAULT} unless given` },
    until: { type: 'string', says: 'the end of the window, as 2026-03-01T10:00:00Z; now unless given' },
  },
  async run(invocation) {
    const window = windowOf(invocation);
    const settings = readConfig({ slack: 'unneeded' });
    if (settings.elasticsearch === null) throw noCluster('clusters');
    if (Object.keys(settings.config.elasticsearch.services).length === 0)
      throw new GovernorError('usage', 'no service is mapped to log lines: name some under elasticsearch.services in the config');
    const found = await withCluster(settings, (cluster) => createClusters({ ...cluster, clock }).find(window));
    print(invocation, found, () => (found.length === 0 ? ['Nothing stands out.'] : found.flatMap(linesOf)));
    return found.length === 0 ? EXIT.good : EXIT.badNews;
  },
};

function windowOf({ options }: Invocation): Window {
  const { window = WINDOW_DEFAULT, until } = options;
  const lengthMs = secondsOf(String(window)) * 1_000;
  const toMs = until === undefined ? clock.now() : Date.parse(String(until));
  if (!Number.isFinite(toMs)) throw new GovernorError('usage', '--until takes a time, as 2026-03-01T10:00:00Z');
  return { from: new Date(toMs - lengthMs).toISOString(), to: new Date(toMs).toISOString() };
}

function secondsOf(text: string): number {
  const { many = '', unit = '' } = /^(?<many>\d{1,6})(?<unit>[smhd])$/.exec(text)?.groups ?? {};
  const seconds = Number(many) * (UNIT_S[unit] ?? Number.NaN);
  if (seconds > 0 && seconds <= DAYS_MAX * DAY_S) return seconds;
  throw new GovernorError('usage', `--window takes a number with s, m, h or d, of at most ${DAYS_MAX} days`);
}

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

const linesOf = (found: Cluster): Line[] => {
  const { service, severity, status, path, count, requests, share, usual_share, first_seen, last_seen, command } = found;
  const counted = `${count} of ${requests} requests, ${percent(share)}, usually ${percent(usual_share)}`;
  return [
    [bad(severity), '  ', strong(service), `  HTTP ${status} ${path}`],
    `  ${counted}, from ${first_seen} to ${last_seen}`,
    ['  ', faint(found.sample_ids.join(' '))],
    `  ${command}`,
    '',
  ];
};
