import { isOwnPerson } from '../../pipeline/authority.ts';
import { shownNow } from '../../pipeline/shown.ts';
import { assessWho } from '../../pipeline/who.ts';
import type { Message } from '../../views/blocks.ts';
import { helpMessage } from '../../views/help.ts';
import { listMessage } from '../../views/list.ts';
import { showMessage } from '../../views/show.ts';
import { whoMessage } from '../../views/who.ts';
import { SLOW, steeringText } from '../answers.ts';
import { openCaseLines } from '../case-lines.ts';
import type { ListenerParts } from '../parts.ts';
import { shownFacts } from '../parts.ts';
import type { Turn } from './turn.ts';
import { answer, textOnly } from './turn.ts';

// The sub-commands that only read.

const UNKNOWN = textOnly(steeringText('unknown_case'));

/** A shared channel shows strangers its own cards; what is in all the other cases is not for them. */
async function toMembers({ people }: ListenerParts, { typed }: Turn, work: () => Promise<Message>): Promise<Message> {
  const stranger = isOwnPerson(await people.person(typed.by), people.ownTeam());
  return stranger === null ? work() : textOnly(steeringText(stranger));
}

/** `/incident list` */
export function list(parts: ListenerParts, turn: Turn): Promise<void> {
  const work = async (): Promise<Message> => listMessage(await openCaseLines(parts), { hosts: parts.links.hosts });
  return answer(turn, () => toMembers(parts, turn, work), SLOW);
}

/** `/incident show CASE` */
export function show(parts: ListenerParts, turn: Turn, { caseId }: { caseId: string }): Promise<void> {
  const work = async (): Promise<Message> => {
    const state = await parts.cases.load(caseId);
    if (state === undefined) return UNKNOWN;
    const shown = shownNow(state, await shownFacts(parts));
    const kibana = parts.links.kibanaOf(shown);
    return showMessage(shown, { showsSeq: state.seq, ticketHosts: parts.links.hosts, kibana });
  };
  return answer(turn, () => toMembers(parts, turn, work), SLOW);
}

/** `/incident who CASE` */
export function who(parts: ListenerParts, turn: Turn, { caseId }: { caseId: string }): Promise<void> {
  const work = async (): Promise<Message> => {
    const state = await parts.cases.load(caseId);
    return state === undefined ? UNKNOWN : whoMessage(assessWho(state, parts.config.approvers, await parts.people.groups()));
  };
  return answer(turn, () => toMembers(parts, turn, work), SLOW);
}

/** `/incident help`, and the answer to what could not be read. */
export function help({ intake }: ListenerParts, turn: Turn, problem: string | null): Promise<void> {
  return answer(turn, async () => helpMessage({ services: await intake.services(), problem }), SLOW);
}
