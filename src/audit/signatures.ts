import type { ApproverRule } from '../../contracts/config.ts';
import type { EntryBody } from '../../contracts/entry.ts';
import type { SealedRow } from '../../pipeline/chain.ts';
import { listedKey } from '../../pipeline/personal-keys.ts';
import { isPersonal, signatureOf } from '../../pipeline/personal-statement.ts';
import type { AuditFault, AuditNote } from './fault.ts';

export type SignatureCheck = {
  next(row: SealedRow, body: EntryBody): void;
  faults(): readonly AuditFault[];
  notes(): readonly AuditNote[];
  /** Signatures found good. */
  good(): number;
};

/**
 * Checks each signature against the statement rebuilt from its entry. `rules` say whose keys are listed now; null where
 * nobody knows, and then nothing is noted.
 */
export function createSignatureCheck(rules: readonly ApproverRule[] | null): SignatureCheck {
  const faults: AuditFault[] = [];
  const notes: AuditNote[] = [];
  let good = 0;

  /** Whose key it is belongs to the check: one that stands for another person proves who did not sign. */
  const lookUp = ({ case_id, seq }: SealedRow, by: string, key: { key_name: string; public_key: string }): void => {
    const listed = rules === null ? null : listedKey(rules, key.public_key);
    const name = `the key “${key.key_name}”`;
    if (listed !== null && listed.user !== by)
      faults.push({
        case_id,
        seq,
        fault: 'wrong_signature',
        detail: `${name} is listed for ${listed.user}, and the entry is by ${by}`,
      });
    else good += 1;
    if (rules !== null && listed === null)
      notes.push({ case_id, seq, note: 'key_not_listed', detail: `${name} of ${by} is not in the approver config any more` });
  };

  return {
    next(row, body) {
      if (!isPersonal(body)) return;
      const { case_id, seq } = row;
      const signature = signatureOf(row, body);
      if (signature === 'none' && body.via === 'cli')
        faults.push({
          case_id,
          seq,
          fault: 'unsigned',
          detail: 'the command line decides with a personal key, and none has signed this',
        });
      if (signature === 'wrong')
        faults.push({
          case_id,
          seq,
          fault: 'wrong_signature',
          detail: 'the signature is not one under this entry in this place',
        });
      if (signature === 'good' && body.signed !== undefined) lookUp(row, body.by, body.signed);
    },
    faults: () => faults,
    notes: () => notes,
    good: () => good,
  };
}
