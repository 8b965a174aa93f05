import { createHash } from 'node:crypto';
import { pathToFileURL } from 'node:url';
import type { GateFindings } from '../../contracts/gate.ts';
import { failing } from '../../pipeline/gate.ts';
import { decideRecord } from '../../pipeline/gate-record.ts';
import { hashOf } from '../../pipeline/hash.ts';
import { aFinding, limits } from '../fixtures/builders.ts';
import { type Emit, figure, inRounds, printFigure, randomFrom, roundsOr } from './figures.ts';
import { type Few, gatePeers, type Peer } from './gate-peers.ts';

const ROUNDS = roundsOr(11);
const INPUTS = 512;

const random = randomFrom(7);
const pick = <T>(values: readonly T[], fallback: T): T => values[Math.floor(random() * values.length)] ?? fallback;

/** What a gate of four rules reads; the governor's findings hold the same figures among others. */
const few: Few[] = Array.from({ length: INPUTS }, (_one, at) => ({
  incidentId: `INC-${at}`,
  action: pick(['restart_pods', 'scale_out', 'flush_cache', 'failover_db'], 'scale_out'),
  severity: pick(['low', 'medium', 'high', 'critical'] as const, 'low'),
  policyConflicts: random() < 0.2 ? ['POL-1'] : [],
  contradictions: pick([0, 0, 0, 1, 2, 3], 0),
  coverage: Math.round(random() * 100) / 100,
  support: pick([0, 0, 1, 2, 5], 0),
}));
const findings: GateFindings[] = few.map((one) =>
  aFinding({
    incident_id: one.incidentId,
    severity: one.severity,
    policy_conflicts: one.policyConflicts,
    contradictions: one.contradictions,
    coverage: one.coverage,
    supports: one.support,
  }),
);

/** The limit: four rules written down as one would in haste. */
function plain(x: Few): { decision: string; reasons: string[]; override: boolean } {
  const reasons: string[] = [];
  if (x.policyConflicts.length > 0) reasons.push('policy_conflict');
  if (x.contradictions >= 2) reasons.push('contradictions');
  if (x.coverage < 0.34 && x.support === 0) reasons.push('unsupported');
  const override = x.severity === 'critical';
  if (override) reasons.push('critical_severity');
  return { decision: reasons.length > 0 ? 'block' : 'execute', reasons, override };
}

const hashed = (x: Few, text: string): { reasons: string[]; hash: string } => ({
  reasons: plain(x).reasons,
  hash: createHash('sha256').update(text).digest('hex'),
});

let sink = 0;

/** Nanoseconds a decision, over all inputs `loops` times. */
function timed(loops: number, decideOne: (at: number) => { reasons: readonly string[] }): number {
  const begun = process.hrtime.bigint();
  for (let loop = 0; loop < loops; loop += 1) for (let at = 0; at < INPUTS; at += 1) sink += decideOne(at).reasons.length;
  return Number(process.hrtime.bigint() - begun) / (loops * INPUTS);
}

async function timedAsync(loops: number, decideOne: (x: Few) => Promise<readonly string[]>): Promise<number> {
  const begun = process.hrtime.bigint();
  for (let loop = 0; loop < loops; loop += 1) for (const one of few) sink += (await decideOne(one)).length;
  return Number(process.hrtime.bigint() - begun) / (loops * INPUTS);
}

const limitsHash = hashOf(limits);
const fewAt = (at: number): Few => few[at] as Few;
const findingsAt = (at: number): GateFindings => findings[at] as GateFindings;

/** Every engine must say what the gate says before it is timed. */
async function agree(name: string, decideOne: (x: Few) => Promise<readonly string[]> | readonly string[]): Promise<void> {
  for (const [at, one] of few.entries()) {
    const [said, expected] = [[...(await decideOne(one))].sort().join(), [...failing(findingsAt(at), limits)].sort().join()];
    if (said !== expected) throw new Error(`${name} says ${said} where the gate says ${expected}`);
  }
}

/** P-B1 and P-B2, and the rule engines of other makers where `BENCH_PEERS` names a folder in which they are installed. */
export async function benchGate(emit: Emit): Promise<void> {
  await agree('the plain function', (x) => plain(x).reasons);
  const values = await inRounds(ROUNDS, {
    plain: () => timed(2_000, (at) => plain(fewAt(at))),
    gate: () => timed(2_000, (at) => ({ reasons: failing(findingsAt(at), limits) })),
    hashed: () => timed(100, (at) => hashed(fewAt(at), JSON.stringify(findingsAt(at)))),
    hashedFew: () => timed(100, (at) => hashed(fewAt(at), JSON.stringify(fewAt(at)))),
    record: () => timed(100, (at) => decideRecord(findingsAt(at), limits, limitsHash)),
  });
  const of = (id: string, metric: string, ours: number[], peer: number[]) =>
    figure({ id, metric, unit: 'ns', ours, peer, goal: { atMost: 2 } });
  emit(of('P-B1', 'gate table of 11 rules vs a plain function of 4', values.gate, values.plain));
  const record = 'checked input + decision record vs plain + JSON + SHA-256 of';
  emit(of('P-B2', `${record} the same findings`, values.record, values.hashed));
  emit(of('P-B2 narrow', `${record} the four rules’ own figures`, values.record, values.hashedFew));
  for (const peer of await gatePeers()) await benchPeer(emit, peer);
  if (sink < 0) throw new Error('no decision was made');
}

async function benchPeer(emit: Emit, peer: Peer): Promise<void> {
  if (!peer.ok) return emit({ id: 'P-B1', peer: peer.name, missing: peer.missing });
  await agree(peer.name, peer.decide);
  const { gate, other } = await inRounds(ROUNDS, {
    gate: () => timed(500, (at) => ({ reasons: failing(findingsAt(at), limits) })),
    other: () => timedAsync(peer.loops, peer.decide),
  });
  const goal = { timesLess: peer.times };
  emit(figure({ id: 'P-B1', metric: `gate table vs ${peer.name}`, unit: 'ns', ours: gate, peer: other, goal }));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await benchGate(printFigure);
