import { describe, expect, test } from 'vitest';
import * as overriding from '../../views/override-modal.ts';
import { shown } from '../fixtures/shown.ts';
import { CASE_ID, DIGEST } from '../fixtures/shown-parts.ts';
import { metadataOf, NOBODY, typed } from './forms.ts';
import { viewFaults } from './slack-safe.ts';

const ref = { case_id: CASE_ID, revision: 1, digest: DIGEST };

describe('the override form', () => {
  const view = overriding.overrideModal(shown('pending_override'), { channel: 'C0INCIDENTS', event_key: 'click:1' });
  const submit = (id: string, reason: string) =>
    overriding.parseOverrideSubmission(
      typed({ [overriding.OVERRIDE_CASE_BLOCK]: id, [overriding.OVERRIDE_REASON_BLOCK]: reason }),
      metadataOf(view),
    );

  test('it is one that Slack takes, and shows what runs and what it passes over', () => {
    expect(viewFaults(view ?? {}, 'modal', NOBODY)).toEqual([]);
    const text = JSON.stringify(view);
    expect(text).toContain('restart_api_pods');
    expect(text).toContain('A critical incident never runs');
  });

  test('there is none before there is a decision', () => {
    expect(overriding.overrideModal(shown('analyzing'), { channel: 'C', event_key: 'k' })).toBeNull();
  });

  test('the typed case and a reason together are a decision about the revision that was shown', () => {
    expect(submit(` ${CASE_ID} `, ' the DBA agrees ')).toEqual({
      ok: true,
      ref,
      channel: 'C0INCIDENTS',
      event_key: 'click:1',
      reason: 'the DBA agrees',
    });
  });

  test.each<[string, string, string, string[]]>([
    ['another case', 'inc-other', 'the DBA agrees', [overriding.OVERRIDE_CASE_BLOCK]],
    ['no case', '', 'the DBA agrees', [overriding.OVERRIDE_CASE_BLOCK]],
    ['a look-alike', CASE_ID.replace('i', 'і'), 'the DBA agrees', [overriding.OVERRIDE_CASE_BLOCK]],
    ['no reason', CASE_ID, '   ', [overriding.OVERRIDE_REASON_BLOCK]],
    ['neither', '', '', [overriding.OVERRIDE_CASE_BLOCK, overriding.OVERRIDE_REASON_BLOCK]],
  ])('%s is refused at the field', (_what, id, reason, blocks) => {
    const parsed = submit(id, reason);
    expect(parsed.ok).toBe(false);
    expect(parsed.ok ? [] : Object.keys(parsed.errors)).toEqual(blocks);
  });

  test('inputs left alone are refused, not read as something', () => {
    const parsed = overriding.parseOverrideSubmission(typed({ [overriding.OVERRIDE_CASE_BLOCK]: null }), metadataOf(view));
    expect(parsed.ok).toBe(false);
  });

  test('hidden values of another form are a fault', () => {
    expect(() => overriding.parseOverrideSubmission({}, '{"ref":1}')).toThrow();
  });
});
