import { describe, expect, test } from 'vitest';
import type { ApproverRule } from '../../contracts/config.ts';
import type { Entry, EntryBody } from '../../contracts/entry.ts';
import { SWITCH_LOG } from '../../contracts/entry.ts';
import { GENESIS, seal } from '../../pipeline/chain.ts';
import { type AuditReport, verifyAudit } from '../../src/audit/verify.ts';
import { aCase, type TestCase } from '../fixtures/a-case.ts';
import { NOW } from '../fixtures/builders.ts';
import { aKeyHolder, listing, onCommandLine, placeOf } from '../fixtures/personal.ts';
import { auditSourceOf } from './source-of-log.ts';

const lead = aKeyHolder('U0000LEAD');
const oncall = aKeyHolder('U00ONCALL');
const RULES = [listing([lead, oncall])];

const blocked = (): TestCase => aCase({ wrong: { contradictions: 2 } }).decided();

/** The audit of one case whose chain is whole: whatever is found is found in what its entries say. */
function verify({ entries }: Pick<TestCase, 'entries'>, rules: readonly ApproverRule[] | null = RULES): Promise<AuditReport> {
  const last = entries.at(-1) as Entry;
  const log = { heads: async () => [last], read: async () => entries };
  return verifyAudit(auditSourceOf(log), undefined, rules);
}

const faultsOf = ({ faults }: AuditReport): string[] => faults.map(({ seq, fault }) => `${fault} ${seq}`);
const SEQ = 6;

describe('every decision of the command line', () => {
  const BODIES: ((told: TestCase) => Parameters<typeof lead.signer.sign>[1])[] = [
    (told) => onCommandLine.approved(told, lead.user),
    (told) => onCommandLine.stop(told, 'held', lead.user),
    (told) => onCommandLine.stop(told, 'released', lead.user),
    (told) => onCommandLine.stop(told, 'rejected', lead.user),
    (told) => onCommandLine.learning(told, lead.user),
  ];

  test.each(BODIES.map((make) => [make(blocked()).kind, make] as const))(
    '%s must be signed, and in its place',
    async (_kind, make) => {
      const [told, unsigned, elsewhere] = [blocked(), blocked(), blocked()];
      expect(await verify(told.add(lead.signer.sign(placeOf(told), make(told))))).toMatchObject({
        ok: true,
        signatures: 1,
        notes: [],
      });
      expect(faultsOf(await verify(unsigned.add(make(unsigned))))).toEqual([`unsigned ${SEQ}`]);
      const place = { ...placeOf(elsewhere), prev_hash: elsewhere.entries[0]!.hash };
      expect(faultsOf(await verify(elsewhere.add(lead.signer.sign(place, make(elsewhere)))))).toEqual([`wrong_signature ${SEQ}`]);
    },
  );

  test('and a pause needs no key, nor does what was decided in Slack', async () => {
    expect(await verify(blocked().by('held').by('released').approved())).toMatchObject({ ok: true, signatures: 0 });
    const paused: EntryBody = { kind: 'paused', by: 'cli:ops', via: 'cli', reason: null };
    const draft = { case_id: SWITCH_LOG, entry_id: crypto.randomUUID(), at: new Date(NOW).toISOString() };
    const pause = seal({ ...draft, body: paused }, 0, GENESIS);
    expect(await verify({ entries: [pause] })).toMatchObject({ ok: true, signatures: 0 });
    const resume = seal({ ...draft, body: { ...paused, kind: 'resumed' } }, 1, pause.hash);
    expect(faultsOf(await verify({ entries: [pause, resume] }))).toEqual(['unsigned 1']);
  });
});

describe('a signature that does not fit', () => {
  test.each<[string, (signed: Extract<EntryBody, { kind: 'approved' }>) => EntryBody]>([
    ['its entry, altered and chained anew', (signed) => ({ ...signed, reason: 'another' })],
    ['its surface: it was made on the command line', (signed) => ({ ...signed, via: 'button' })],
    ['its author', (signed) => ({ ...signed, by: 'U00ONCALL' })],
  ])('%s is a fault', async (_claim, alter) => {
    const told = blocked();
    const signed = lead.signer.sign(placeOf(told), onCommandLine.approved(told, lead.user));
    expect(faultsOf(await verify(told.add(alter(signed))))).toEqual([`wrong_signature ${SEQ}`]);
  });

  test('whatever came before it in the log cannot be rewritten either: the signature names the entry it followed', async () => {
    const told = blocked();
    const signed = lead.signer.sign(placeOf(told), onCommandLine.approved(told, lead.user));
    const rewritten = aCase({ wrong: { contradictions: 2 }, incident: { summary: 'something else' } }).decided();
    expect(faultsOf(await verify(rewritten.add({ ...signed, digest: rewritten.digest })))).toEqual([`wrong_signature ${SEQ}`]);
  });
});

describe('whose key it was', () => {
  test.each<[string, readonly ApproverRule[] | null, Partial<AuditReport>]>([
    ['a key that is listed is told of no more', RULES, { ok: true, notes: [] }],
    ['one that is not listed is a note, and no fault: people leave', [listing([oncall])], { ok: true }],
    ['and nothing is noted where nobody knows whose keys are listed', null, { ok: true, notes: [] }],
  ])('%s', async (_claim, rules, report) => {
    const told = blocked();
    const found = await verify(told.add(lead.signer.sign(placeOf(told), onCommandLine.approved(told, lead.user))), rules);
    expect(found).toMatchObject({ ...report, signatures: 1 });
    expect(found.notes.map(({ note, seq }) => `${note} ${seq}`)).toEqual(
      report.notes === undefined ? [`key_not_listed ${SEQ}`] : [],
    );
  });

  test('a key that is listed for somebody else is a fault, whatever it signed', async () => {
    const told = blocked();
    const report = await verify(told.add(oncall.signer.sign(placeOf(told), onCommandLine.approved(told, lead.user))));
    expect(faultsOf(report)).toEqual([`wrong_signature ${SEQ}`]);
    expect(report).toMatchObject({ signatures: 0, faults: [{ detail: expect.stringContaining('is listed for U00ONCALL') }] });
  });
});
