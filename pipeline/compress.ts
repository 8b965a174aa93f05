import type { Stress } from '../contracts/findings.ts';
import type { CompressOutput } from '../contracts/gate.ts';
import type { Incident } from '../contracts/incident.ts';
import type { Plan } from '../contracts/plan.ts';
import type { Score } from './ports.ts';

const U_CURVE_MAX = 0.4;
const GRAVE: ReadonlySet<Incident['severity']> = new Set(['high', 'critical']);

type Compressed = { incident: Incident; plan: Plan; stress: Pick<Stress, 'findings'>; uCurve: Score };

/** Whether what follows (learning, explaining, the thread) works on whole documents or on titles and cited passages. */
export function compress({ incident, plan, stress, uCurve }: Compressed): CompressOutput {
  const present = presentFields(plan);
  const full = GRAVE.has(incident.severity) || stress.findings.contradictions > 0 || losesTheMiddle(uCurve);
  return {
    incident_id: incident.id,
    context_mode: full ? 'full_context' : 'compressed_context',
    output_contract_valid: present.length === REQUIRED.length,
    required_fields_present: present,
  };
}

/** A model that understands less when texts are shortened must not get shortened ones; nor one that nobody measured. */
const losesTheMiddle = ({ value }: Score): boolean => !(value !== null && value <= U_CURVE_MAX);

const REQUIRED = [
  'incident_id',
  'proposed_action',
  'rationale',
  'key_claims',
  'confidence_initial',
  'retrieved_context_ids',
] as const;

/** Fields that say something: an empty rationale or a plan without claims meets the schema and tells nobody anything. */
function presentFields(plan: Plan): string[] {
  return REQUIRED.filter(
    (field) => field === 'retrieved_context_ids' || field === 'confidence_initial' || plan[field].length > 0,
  );
}
