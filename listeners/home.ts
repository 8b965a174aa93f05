import type { AllMiddlewareArgs } from '@slack/bolt';
import { holdsRight } from '../pipeline/authority.ts';
import { homeView } from '../views/home.ts';
import { openCaseLines } from './case-lines.ts';
import type { ListenerParts } from './parts.ts';

/** Publishes the App Home as it is now for one person. */
export async function publishHome(parts: ListenerParts, client: AllMiddlewareArgs['client'], userId: string): Promise<void> {
  const [cases, { paused, by, at, reason }, groups] = await Promise.all([
    openCaseLines(parts),
    parts.pause.read(),
    parts.people.groups(),
  ]);
  const view = homeView({
    cases,
    paused: paused && by !== null && at !== null ? { by, at, reason } : null,
    may_resume: holdsRight(parts.config.approvers, userId, groups, 'override'),
    simulated: parts.simulated,
    hosts: parts.links.hosts,
  });
  await client.views.publish({ user_id: userId, view });
}
