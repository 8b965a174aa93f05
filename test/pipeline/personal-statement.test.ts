import { sign } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { EntryBody } from '../../contracts/entry.ts';
import type { Signed } from '../../contracts/signed.ts';
import { canonicalJson } from '../../pipeline/canonical.ts';
import {
  isKnown,
  isProven,
  type PersonalBody,
  signatureOf,
  signedBehind,
  statementOf,
} from '../../pipeline/personal-statement.ts';
import { aCase } from '../fixtures/a-case.ts';
import { aKeyHolder, onCommandLine, placeOf } from '../fixtures/personal.ts';

const lead = aKeyHolder('U0000LEAD');
const other = aKeyHolder('U00ONCALL');
const told = aCase({ wrong: { contradictions: 2 } }).decided();
const place = placeOf(told);
const approval = { ...onCommandLine.approved(told, lead.user), reason: 'reviewed with the DBA' };
const signed = lead.signer.sign(place, approval);

function markOf(body: PersonalBody): Signed {
  if (body.signed === undefined) throw new Error('it is not signed');
  return body.signed;
}

describe('what is signed', () => {
  test('is all that the entry says, the log it stands in and the entry before it, in canonical JSON', () => {
    const { signature: _signature, ...by } = markOf(signed);
    expect(JSON.parse(statementOf(place, signed, by))).toEqual({
      format: 'safety-governor decision 1',
      case_id: 'case-0001',
      follows: told.now.hash,
      decision: approval,
      key_name: lead.listing.name,
      public_key: lead.publicKey,
      signed_at: by.signed_at,
    });
    expect(statementOf(place, signed, by)).toBe(statementOf(place, approval, by));
    expect(statementOf(place, signed, by)).toBe(canonicalJson(JSON.parse(statementOf(place, signed, by))));
  });

  test('comes back the same from a store', () => {
    const stored = EntryBody.parse(JSON.parse(canonicalJson(signed)));
    expect(canonicalJson(stored)).toBe(canonicalJson(signed));
    expect(signatureOf(place, stored as PersonalBody)).toBe('good');
  });
});

describe('a signature', () => {
  const withMark = (change: Partial<Signed>): PersonalBody => ({ ...signed, signed: { ...markOf(signed), ...change } });
  const again = (text: string): string => sign(null, Buffer.from(text), lead.privateKey).toString('base64');

  test('is good under the entry that it was made for, and none is none', () => {
    expect(signatureOf(place, signed)).toBe('good');
    expect(signatureOf(place, approval)).toBe('none');
  });

  test.each<[string, PersonalBody]>([
    ['another person’s name', { ...signed, by: other.user }],
    ['another revision', { ...signed, revision: 2 }],
    ['another digest', { ...signed, digest: 'f'.repeat(64) }],
    ['another reason', { ...signed, reason: 'because' }],
    ['no reason', { ...signed, reason: null }],
    ['an override in place of an approval', { ...signed, as: 'override' }],
    ['fewer approvals that are needed', { ...signed, needed: 2 }],
    ['another count', { ...signed, count: 2 }],
    ['another surface', { ...signed, via: 'button' }],
    ['an event key', { ...signed, event_key: 'message:C1:1.0' }],
    ['another key’s name', withMark({ key_name: 'other' })],
    ['another time', withMark({ signed_at: '2030-01-01T00:00:00.000Z' })],
    ['another person’s key', withMark({ public_key: other.publicKey })],
    ['another person’s signature', withMark({ signature: markOf(other.signer.sign(place, approval)).signature })],
    [
      'one bit changed',
      withMark({ signature: `${markOf(signed).signature.startsWith('A') ? 'B' : 'A'}${markOf(signed).signature.slice(1)}` }),
    ],
    ['a signature under something else of the same key', withMark({ signature: again('pay 5 to Mallory') })],
    ['a signature under the bare entry', withMark({ signature: again(canonicalJson(approval)) })],
  ])('is wrong with %s', (_claim, body) => {
    expect(signatureOf(place, body)).toBe('wrong');
  });

  test.each([
    ['another case', { ...place, case_id: 'case-0002' }],
    ['another place of the same case', { ...place, prev_hash: 'f'.repeat(64) }],
    ['the switch', { ...place, case_id: '~switch' }],
  ])('is wrong in %s', (_claim, elsewhere) => {
    expect(signatureOf(elsewhere, signed)).toBe('wrong');
  });

  test('is wrong under another kind that says the same', () => {
    const held = lead.signer.sign(place, onCommandLine.stop(told, 'held', lead.user));
    expect(signatureOf(place, held)).toBe('good');
    for (const kind of ['released', 'rejected'] as const)
      expect(signatureOf(place, { ...held, kind } as PersonalBody)).toBe('wrong');
  });

  test('of garbage is wrong and throws nothing, whatever point of the curve the key is', () => {
    for (const fill of [0, 1, 0x7f, 0xff]) {
      const public_key = Buffer.alloc(32, fill).toString('base64');
      expect(signatureOf(place, withMark({ public_key, signature: Buffer.alloc(64, fill).toString('base64') }))).toBe('wrong');
    }
  });
});

describe('the shape of a signature', () => {
  const shape = (change: Record<string, unknown>): boolean =>
    EntryBody.safeParse({ ...signed, signed: { ...markOf(signed), ...change } }).success;

  test.each([
    ['as it is', {}, true],
    ['a short key', { public_key: 'AAAA' }, false],
    ['a key without padding', { public_key: lead.publicKey.slice(0, -1) }, false],
    ['a signature that is no base64', { signature: '!'.repeat(88) }, false],
    ['a field more', { comment: 'x' }, false],
    ['no time', { signed_at: 'now' }, false],
  ])('%s', (_claim, change, fits) => {
    expect(shape(change)).toBe(fits);
  });
});

describe('what counts in a case', () => {
  const kinds = {
    approved: () => onCommandLine.approved(told, lead.user),
    released: () => onCommandLine.stop(told, 'released', lead.user),
    learning_decided: () => onCommandLine.learning(told, lead.user),
    held: () => onCommandLine.stop(told, 'held', lead.user),
    rejected: () => onCommandLine.stop(told, 'rejected', lead.user),
  };

  test.each<[keyof typeof kinds, boolean]>([
    ['approved', false],
    ['released', false],
    ['learning_decided', false],
    ['held', true],
    ['rejected', true],
  ])('%s on a command line without a signature: %s', (kind, counts) => {
    const body: EntryBody = kinds[kind]();
    expect(isProven({ ...place, body })).toBe(counts);
    expect(
      isProven({ ...place, body: signedBehind({ caseId: 'case-0001', hash: told.now.hash }, kinds[kind](), lead.signer) }),
    ).toBe(true);
    // Of these Slack has said who it was.
    expect(isProven({ ...place, body: { ...kinds[kind](), via: 'button' } as EntryBody })).toBe(true);
  });
});

test('only the command line needs a key, and there only the key of that very person will do', () => {
  expect(isKnown({ via: 'button', by: lead.user }, null)).toBe(true);
  expect(isKnown({ via: 'cli', by: lead.user }, null)).toBe(false);
  expect(isKnown({ via: 'cli', by: lead.user }, other.signer)).toBe(false);
  expect(isKnown({ via: 'cli', by: lead.user }, lead.signer)).toBe(true);
});
