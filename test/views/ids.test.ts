import { expect, test } from 'vitest';
import * as offers from '../../views/card/offers.ts';
import * as choosing from '../../views/choose-action-modal.ts';
import * as editing from '../../views/edit-runbook-modal.ts';
import { OPEN_INCIDENT_HOME, RESUME_HOME } from '../../views/home.ts';
import { OPEN_ANYWAY } from '../../views/open-anyway.ts';
import * as opening from '../../views/open-incident-modal.ts';
import * as overriding from '../../views/override-modal.ts';

test('an action id is what it was: listeners, scripts and old messages know it', () => {
  const ids = [
    ...Object.values(offers).filter((value) => typeof value === 'string'),
    OPEN_ANYWAY,
    OPEN_INCIDENT_HOME,
    RESUME_HOME,
  ];
  expect(ids.sort()).toEqual([
    'accept_runbook',
    'approve',
    'choose_action',
    'discard_runbook',
    'edit_runbook',
    'hold',
    'it_did_not_run',
    'it_ran',
    'look_again',
    'open_anyway',
    'open_incident_home',
    'override',
    'reject',
    'release',
    'resume_home',
    'rollback',
  ]);
});

test('callback ids are what they were', () => {
  expect([
    opening.OPEN_INCIDENT_SUBMITTED,
    overriding.OVERRIDE_SUBMITTED,
    choosing.CHOOSE_ACTION_SUBMITTED,
    choosing.CHOOSE_ACTION_SELECT,
    editing.EDIT_RUNBOOK_SUBMITTED,
  ]).toEqual([
    'open_incident_submitted',
    'override_submitted',
    'choose_action_submitted',
    'choose_action_select',
    'edit_runbook_submitted',
  ]);
});
