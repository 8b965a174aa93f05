import { createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import type { BodyOf, Entry, EntryBody } from '../contracts/entry.ts';
import type { Signed } from '../contracts/signed.ts';
import type { Surface } from '../contracts/words.ts';
import { canonicalJson } from './canonical.ts';
import type { KeyMark } from './case-state.ts';

/** What every statement begins with, so that a signature made for anything else is never one of these, nor the other way round. */
export const STATEMENT_FORMAT = 'safety-governor decision 1';

const PERSONAL = ['approved', 'rejected', 'held', 'released', 'resumed', 'learning_decided'] as const;
/** What a person decides with a key of their own. */
export type PersonalBody = BodyOf<(typeof PERSONAL)[number]>;

const KINDS: ReadonlySet<string> = new Set(PERSONAL);
export const isPersonal = (body: EntryBody): body is PersonalBody => KINDS.has(body.kind);

/** The key that decided, where one did. Only the command line takes keys: elsewhere whoever decided is known without. */
export const keyOf = ({ via, signed }: Pick<PersonalBody, 'via' | 'signed'>): KeyMark | null =>
  via !== 'cli' || signed === undefined ? null : { name: signed.key_name, publicKey: signed.public_key };

/** Where an entry stands: its log, and the hash of the entry before it. */
export type Place = Pick<Entry, 'case_id' | 'prev_hash'>;
export type SignedBy = Omit<Signed, 'signature'>;

/**
 * What is signed: all that the entry says, and the hash of the entry before it. With that hash a signature is about
 * everything the log said until then (the plan, its digest, what others decided), and fits no other place: not another
 * case, not another revision, and not the same case a second time.
 */
export function statementOf({ case_id, prev_hash }: Place, body: PersonalBody, signed: SignedBy): string {
  const { signed: _signed, ...decision } = body;
  const { key_name, public_key, signed_at } = signed;
  return canonicalJson({
    format: STATEMENT_FORMAT,
    case_id,
    follows: prev_hash,
    decision,
    key_name,
    public_key,
    signed_at,
  });
}

/** Signs as one person; `user` is who that is in Slack. */
export type Signer = { user: string; sign<B extends PersonalBody>(place: Place, body: B): B };

type SignerParts = { user: string; keyName: string; publicKey: string; privateKey: KeyObject; now: () => number };

const KEY_NAME_CHARS_MAX = 200;

export function createSigner({ user, keyName, publicKey, privateKey, now }: SignerParts): Signer {
  return {
    user,
    sign(place, body) {
      const key_name = keyName.slice(0, KEY_NAME_CHARS_MAX);
      const by: SignedBy = { key_name, public_key: publicKey, signed_at: new Date(now()).toISOString() };
      const signature = sign(null, Buffer.from(statementOf(place, body, by)), privateKey).toString('base64');
      return { ...body, signed: { ...by, signature } };
    },
  };
}

/** Slack says who somebody is; on a command line it is whoever has that person's key. */
export const isKnown = ({ via, by }: { via: Surface; by: string }, signer: Signer | null): boolean =>
  via !== 'cli' || signer?.user === by;

/** What is to be written behind the entry of this hash: signed where the command line writes it, else as it is. */
export const signedBehind = <B extends PersonalBody>(log: { caseId: string; hash: string }, body: B, signer: Signer | null): B =>
  signer !== null && body.via === 'cli' ? signer.sign({ case_id: log.caseId, prev_hash: log.hash }, body) : body;

export type Signature = 'none' | 'good' | 'wrong';

/** Whether the signature that an entry carries is one under this very entry, by the key that it names. Whose key that is, the config says. */
export function signatureOf(place: Place, body: PersonalBody): Signature {
  if (body.signed === undefined) return 'none';
  const { signature, ...by } = body.signed;
  const said = Buffer.from(statementOf(place, body, by));
  return verify(null, said, keyObjectOf(by.public_key), Buffer.from(signature, 'base64')) ? 'good' : 'wrong';
}

export const keyObjectOf = (publicKey: string): KeyObject =>
  createPublicKey({
    key: { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(publicKey, 'base64').toString('base64url') },
    format: 'jwk',
  });

/** Base64 of the raw 32 bytes of an Ed25519 key, as the config lists it; of a private key its public half. */
export const publicKeyText = (key: KeyObject): string => {
  const { x = '' } = (key.type === 'private' ? createPublicKey(key) : key).export({ format: 'jwk' });
  return Buffer.from(x, 'base64url').toString('base64');
};

/** Kinds that let something happen. What stops counts without a signature too: stopping is always allowed. */
const LETTING: ReadonlySet<EntryBody['kind']> = new Set(['approved', 'released', 'learning_decided']);

/**
 * Whether an entry of a case counts. What the command line decided counts only with a good signature: an entry without
 * one was written by no governor, and changes nothing. Whether its key is one of ours is asked before an effect, of the
 * config as it is then.
 */
export function isProven({ body, ...place }: Place & Pick<Entry, 'body'>): boolean {
  if (!LETTING.has(body.kind) || !isPersonal(body) || body.via !== 'cli') return true;
  return signatureOf(place, body) === 'good';
}
