import type { Action } from '../../contracts/catalogue.ts';
import type { Stress } from '../../contracts/findings.ts';
import { namesService, type Observe } from '../observed.ts';
import type { Wait } from '../preconditions.ts';

type Target = { service: string; action: Action; fresh: Stress };

/** What an order's own target keeps it waiting for: somebody has seen it. Figures of the service are proof enough. */
export async function targetWait({ service, action, fresh }: Target, observe: Observe): Promise<Wait | null> {
  if (fresh.findings.telemetry !== null || !namesService(action, fresh.parameters)) return null;
  const seen = await observe(service);
  if (seen === 'observed') return null;
  const detail = seen === 'unobserved' ? `nothing has observed \`${service}\`` : seen.unknown;
  return { for: 'target_unobserved', until: null, detail };
}
