import { openIncidentModal } from '../../views/open-incident-modal.ts';
import { showForm } from '../forms.ts';
import type { ListenerParts } from '../parts.ts';
import type { Turn } from './turn.ts';

/** `/incident` with nothing behind it: the form for the same. */
export function openForm(parts: ListenerParts, { typed, ack, client }: Turn): Promise<void> {
  const { by, channel, triggerId, eventKey } = typed;
  const opening = { parts, ack: () => ack(null), client, triggerId, place: { by, channel, threadTs: null } };
  return showForm(opening, async () => ({
    view: openIncidentModal(await parts.intake.services(), { channel, source: 'modal', intake_key: eventKey }),
  }));
}
