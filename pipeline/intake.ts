import type { GovernorConfig } from '../contracts/config.ts';
import type { Submitted } from '../contracts/entry.ts';
import type { Incident } from '../contracts/incident.ts';
import { SEVERITIES, ServiceName, type Severity, type Source } from '../contracts/words.ts';
import { caseIdOf } from './case-id.ts';
import type { CaseState } from './case-state.ts';
import type { Cases } from './cases.ts';
import { GovernorError } from './errors.ts';
import { forgetOldest } from './forget-oldest.ts';
import type { Redact } from './intake/incident-text.ts';
import { keptSymptoms, keptText } from './intake/incident-text.ts';
import { createKnownServices } from './intake/known-services.ts';
import type { Clock, Library, Telemetry } from './ports.ts';

export type OpenRequest = {
  service: string;
  severity: Severity;
  summary: string;
  symptoms: readonly string[];
  source: Source;
  openedBy: string;
  /** Slack's id of where it was said; null: the service's channel, else the default one. */
  channel: string | null;
  /** Names what opened it: the same key never opens two cases. */
  intakeKey: string;
  /** When it was said, in milliseconds, where the sender has a time of its own (a message's ts); null takes the clock's. */
  atMs: number | null;
  /** Opens it although nothing names the service. Whoever passes true has checked that the person may. */
  anyway: boolean;
  /** A plan that came with it; its `incident_id` becomes the case's. */
  submitted?: Submitted;
};

export type OpenRefusal =
  /** `summary` is what would be kept of it, so that it can be shown and opened anyway. */
  | { ok: false; refusal: 'unknown_service'; service: string; summary: string; known: string[] }
  | { ok: false; refusal: 'service_malformed' | 'summary_missing' };
/** `fresh` is false where the same key had opened this case before. */
export type OpenOutcome = { ok: true; state: CaseState; fresh: boolean } | OpenRefusal;

export type Intake = {
  /** Why `open` would refuse this now; null where it would open it. Nothing is written. */
  refusalOf(request: OpenRequest): Promise<OpenRefusal | null>;
  /** Opens a case durably: when this resolves with ok, the incident is in the log. */
  open(request: OpenRequest): Promise<OpenOutcome>;
  /** The services that an incident may be about without further ado. */
  services(): Promise<string[]>;
};

type Parts = {
  cases: Pick<Cases, 'open' | 'load'>;
  library: Pick<Library, 'services'>;
  telemetry: Pick<Telemetry, 'services'>;
  config: Pick<GovernorConfig, 'services' | 'channels'>;
  clock: Clock;
  redact: Redact;
};

/** Keys of this process's latest openings; one that comes again within memory keeps its first moment, and so its case. */
const KEPT_MAX = 10_000;
const COLLISIONS_MAX = 20;

export function createIntake({ cases, library, telemetry, config, clock, redact }: Parts): Intake {
  const services = createKnownServices({ library, telemetry, config, clock });
  const moments = new Map<string, number>();

  const momentOf = ({ intakeKey, atMs }: OpenRequest): number => {
    const known = atMs ?? moments.get(intakeKey);
    if (known !== undefined) return known;
    const now = clock.now();
    moments.set(intakeKey, now);
    forgetOldest(moments, KEPT_MAX);
    return now;
  };

  const openAt = async (request: OpenRequest, summary: string, atMs: number): Promise<OpenOutcome> => {
    for (let collision = 0; collision < COLLISIONS_MAX; collision += 1) {
      const caseId = caseIdOf(atMs, collision === 0 ? request.intakeKey : `${request.intakeKey}#${collision}`);
      const opened = await openAs(caseId, request, summary, atMs);
      if (opened !== null) return opened;
    }
    throw new GovernorError('no_free_case_id', `no free case id was found for ${request.intakeKey}`);
  };

  /** Null where the id is another incident's: one of the same millisecond may have the same four characters. */
  const openAs = async (caseId: string, request: OpenRequest, summary: string, atMs: number): Promise<OpenOutcome | null> => {
    const incident = incidentOf(request, summary, caseId, atMs);
    const channel = request.channel ?? config.services[request.service]?.channel ?? config.channels.default;
    const body = { kind: 'incident_opened' as const, incident, channel, intake_key: request.intakeKey };
    const opened = await cases.open(caseId, { ...body, ...withPlan(request, caseId) });
    if (opened !== null) return { ok: true, state: opened, fresh: true };
    const there = await cases.load(caseId);
    return there?.intakeKey === request.intakeKey ? { ok: true, state: there, fresh: false } : null;
  };

  function incidentOf(request: OpenRequest, summary: string, id: string, atMs: number): Incident {
    return {
      id,
      service: request.service,
      ...raisedSeverity(request.severity, config.services[request.service]?.severity_min),
      summary,
      symptoms: keptSymptoms(request.symptoms, redact),
      source: request.source,
      opened_by: request.openedBy,
      opened_at: new Date(atMs).toISOString(),
    };
  }

  const refusalFor = async ({ service, anyway }: OpenRequest, summary: string): Promise<OpenRefusal | null> => {
    if (!ServiceName.safeParse(service).success) return { ok: false, refusal: 'service_malformed' };
    if (summary === '') return { ok: false, refusal: 'summary_missing' };
    if (anyway || (await services.isKnown(service))) return null;
    return { ok: false, refusal: 'unknown_service', service, summary, known: await services.list() };
  };

  return {
    services: () => services.list(),
    refusalOf: (request) => refusalFor(request, keptText(request.summary, redact)),
    async open(request) {
      const summary = keptText(request.summary, redact);
      return (await refusalFor(request, summary)) ?? openAt(request, summary, momentOf(request));
    },
  };
}

function withPlan({ submitted }: OpenRequest, caseId: string): { submitted?: Submitted } {
  if (submitted === undefined) return {};
  return { submitted: { planner: submitted.planner, plan: { ...submitted.plan, incident_id: caseId } } };
}

/** What was stated, or the service's floor where that is higher; both are kept. */
export function raisedSeverity(
  stated: Severity,
  floor: Severity | undefined,
): Pick<Incident, 'severity' | 'severity_stated' | 'severity_source'> {
  const raised = floor !== undefined && rankOf(floor) > rankOf(stated);
  return { severity: raised ? floor : stated, severity_stated: stated, severity_source: raised ? 'service_floor' : 'stated' };
}

const rankOf = (severity: Severity): number => SEVERITIES.indexOf(severity);
