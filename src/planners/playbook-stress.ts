import type { LibraryDocument, Policy } from '../../contracts/documents.ts';
import type { Incident } from '../../contracts/incident.ts';
import type { KeyClaim, Plan, StressAnswer } from '../../contracts/plan.ts';
import { type Catalogue, resolveAction } from '../../pipeline/catalogue.ts';
import { forbids } from '../../pipeline/policies.ts';
import type { Library } from '../../pipeline/ports.ts';
import { createSpeaks } from '../../pipeline/speaks-to.ts';
import { evidenceThatSpeaks } from './playbook-search.ts';

type ClaimEvidence = StressAnswer['claim_evidence'][number];
type Asked = { incident: Incident; plan: Plan; library: Library; catalogue: Catalogue; nowMs: number };

const IDS_MAX = 50;

/** What the library says for and against a plan, claim by claim, whoever made it. */
export async function stressByDocuments({ incident, plan, library, catalogue, nowMs }: Asked): Promise<StressAnswer> {
  const resolved = resolveAction(catalogue, plan.proposed_action, incident);
  const action = resolved.ok ? resolved.action : null;
  const { service, severity } = incident;
  const claims: readonly KeyClaim[] = plan.key_claims;
  const cited = new Map(
    (await library.get(claims.flatMap((claim) => claim.document_ids))).map((document) => [document.id, document]),
  );

  const texts = claims.map(({ claim }) => claim);
  const against = await evidenceThatSpeaks(library, { service, stance: 'contradict', claims: texts, action });
  const support = await evidenceThatSpeaks(library, { service, stance: 'support', claims: texts, action });
  const speaks = createSpeaks(action);
  const claimEvidence = claims.map(({ claim, document_ids, quote }): ClaimEvidence => {
    const own = document_ids.filter((id) => {
      const document = cited.get(id);
      return document !== undefined && supports(document) && speaks(document, claim);
    });
    // What is quoted stands in the cited documents; others would only be found not to contain it.
    const found = quote === undefined ? support(claim) : [];
    return {
      claim,
      support_docs: ids([...own, ...found.map(({ id }) => id)]),
      contradiction_docs: ids(against(claim).map(({ id }) => id)),
    };
  });
  const question = { action, proposed: plan.proposed_action, service, severity, now: nowMs };
  const conflicts = (await library.policies(service)).filter((policy: Policy) => forbids(policy, question, catalogue));
  return {
    incident_id: incident.id,
    claim_evidence: claimEvidence,
    policy_conflicts: ids(conflicts.map(({ id }) => id)),
    // Contradictions are the governor's to count; lowering the figure here as well would count them twice.
    confidence_post_stress: plan.confidence_initial,
    // A list of documents has no second thoughts: it stands by what it proposed, and the gate weighs what was found.
    position_after_stress: plan.proposed_action,
  };
}

const ids = (found: readonly string[]): string[] => [...new Set(found)].sort().slice(0, IDS_MAX);

const supports = (document: LibraryDocument): boolean =>
  document.kind === 'runbook' || (document.kind === 'evidence' && document.stance === 'support');
