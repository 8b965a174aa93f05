import type { KnownBlock } from '@slack/types';
import type { Offer, Shown } from '../../contracts/shown.ts';
import { type ButtonSpec, buttons } from '../blocks.ts';

export const APPROVE = 'approve';
export const REJECT = 'reject';
export const HOLD = 'hold';
export const RELEASE = 'release';
/** Opens the form that asks for the case's id and a reason: no single click overrides. */
export const OVERRIDE = 'override';
export const CHOOSE_ACTION = 'choose_action';
export const LOOK_AGAIN = 'look_again';
export const ROLLBACK = 'rollback';
export const IT_RAN = 'it_ran';
export const IT_DID_NOT_RUN = 'it_did_not_run';
export const ACCEPT_RUNBOOK = 'accept_runbook';
export const EDIT_RUNBOOK = 'edit_runbook';
export const DISCARD_RUNBOOK = 'discard_runbook';

const HIGH_RISK = {
  title: 'Approve a high-risk action?',
  text: 'It runs as the card shows it, right after a last check of the evidence.',
  yes: 'Approve',
};

/** In the order in which they stand; the two that end something stand last. */
const BUTTONS: Record<Offer, ButtonSpec> = {
  approve: { id: APPROVE, label: 'Approve', style: 'primary' },
  override: { id: OVERRIDE, label: 'Force override…', style: 'danger' },
  accept_runbook: { id: ACCEPT_RUNBOOK, label: 'Accept runbook', style: 'primary' },
  edit_runbook: { id: EDIT_RUNBOOK, label: 'Edit…' },
  rollback: { id: ROLLBACK, label: 'Plan a rollback' },
  it_ran: {
    id: IT_RAN,
    label: 'It ran',
    confirm: {
      title: 'Settle it as “it ran”?',
      text: 'The recovery check starts, and this is recorded under your name. It cannot be taken back.',
      yes: 'It ran',
    },
  },
  it_did_not_run: {
    id: IT_DID_NOT_RUN,
    label: 'It did not run',
    confirm: {
      title: 'Settle it as “it did not run”?',
      text: 'The action may then be planned and run again. Make sure that a late effect is impossible; this cannot be taken back.',
      yes: 'It did not run',
    },
  },
  hold: { id: HOLD, label: 'Hold' },
  release: { id: RELEASE, label: 'Release', style: 'primary' },
  look_again: { id: LOOK_AGAIN, label: 'Look again' },
  choose_action: { id: CHOOSE_ACTION, label: 'Choose an action…' },
  reject: {
    id: REJECT,
    label: 'Reject',
    confirm: { title: 'Reject this plan?', text: 'The case is closed, and nothing more runs.', yes: 'Reject', danger: true },
  },
  discard_runbook: {
    id: DISCARD_RUNBOOK,
    label: 'Discard',
    confirm: { title: 'Discard this runbook?', text: 'It will never be proposed or cited.', yes: 'Discard', danger: true },
  },
};

/** Only the revision's identity travels in a button: the store, not Slack, holds the plan. Without one there is none. */
export function offerButtons({ ref, offers, superseded, action }: Shown): KnownBlock[] {
  if (ref === null || superseded) return [];
  const offered = new Set<string>(offers);
  const specs = Object.values(BUTTONS).filter(({ id }) => offered.has(id));
  const drawn = (spec: ButtonSpec): ButtonSpec => {
    if (spec.id === APPROVE && action?.risk === 'high') return { ...spec, confirm: HIGH_RISK };
    // Where an approval is enough, the override does not shout.
    return spec.id === OVERRIDE && offered.has(APPROVE) ? { id: spec.id, label: spec.label } : spec;
  };
  return buttons(JSON.stringify({ case_id: ref.case_id, revision: ref.revision, digest: ref.digest }), specs.map(drawn));
}
