import { grantsOf } from '../../pipeline/authority.ts';
import { assessShown } from '../../pipeline/shown.ts';
import { overrideModal } from '../../views/override-modal.ts';
import { steeringText } from '../answers.ts';
import { refusalAnswer } from '../attempts.ts';
import type { ListenerParts } from '../parts.ts';
import { shownFacts } from '../parts.ts';
import type { ActionHandler } from './card-button.ts';
import { formButton } from './card-button.ts';

/** Opens the form of a force override. Who has no such right is told so before writing a reason; the form's submission is judged anyway. */
export function override(parts: ListenerParts): ActionHandler {
  return formButton(parts, async ({ click, ref }, state) => {
    const facts = await shownFacts(parts);
    const { override: grant } = grantsOf(facts.rules, click.by, facts.groups, state.incident);
    const attempt = { kind: 'override' as const, caseId: ref.case_id };
    if (grant === null) return { why: await refusalAnswer(parts, attempt, 'not_an_approver', state) };
    const place = { channel: click.channel ?? click.by, event_key: click.eventKey };
    const view = overrideModal(assessShown(state, ref.revision, facts), place);
    return view === null ? { why: steeringText('not_offered') } : { view };
  });
}
