import type { Ladder, Target } from '../../pipeline/escalation.ts';
import type { Settings } from '../config/settings.ts';

type From = Pick<Settings, 'escalation' | 'kibana'> & { config: Pick<Settings['config'], 'escalation'> };

/**
 * Whom this installation tells of a standstill: the webhook, the workflow and the contact first, then the people of the
 * chain one after the other. An address may hold a token, so that only its host is ever recorded.
 */
export function ladderOf({ config, escalation, kibana }: From): Ladder {
  const { reasons, after_s: afterS, chain } = config.escalation;
  const first = { afterS, nextInLine: false };
  const targets: Target[] = [];
  if (escalation.webhookUrl !== null)
    targets.push({ ...first, name: 'webhook', channel: 'webhook', to: new URL(escalation.webhookUrl).host });
  if (kibana !== null && kibana.workflowId !== null)
    targets.push({ ...first, name: 'workflow', channel: 'workflow', to: kibana.workflowId });
  if (escalation.contact !== null) targets.push({ ...first, name: 'contact', channel: 'dm', to: escalation.contact });
  for (const [index, { to, after_s }] of chain.entries())
    targets.push({ name: `next-${index + 1}`, channel: 'dm', to, afterS: after_s, nextInLine: true });
  return { reasons, targets };
}
