import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { closeSync, fstatSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { GovernorError, problemOf } from '../../pipeline/errors.ts';
import { publicKeyText } from '../../pipeline/personal-statement.ts';

/** A key file as its owner has it. `publicKey` is base64 of the raw 32 bytes, as the config lists it. */
export type PersonalKey = { privateKey: KeyObject; publicKey: string };

const OWNER_ONLY = 0o600;
/** Any right of the group or of others. */
const OF_OTHERS = 0o077;
/** A key takes about 120 bytes; whatever is much larger is some other file. */
const BYTES_MAX = 16_384;

/** Whatever is wrong with a key file is wrong usage: nothing was tried with it. */
const refused = (file: string, why: string, cause?: unknown): GovernorError =>
  new GovernorError('usage', `\`${file}\` ${why}`, { cause });

/** Reads a private key that only its owner can read. Throws `usage` where it is none, or where others could have copied it. */
export function readPersonalKey(file: string): PersonalKey {
  const privateKey = parsed(file, readAlone(file));
  if (privateKey.asymmetricKeyType !== 'ed25519')
    throw refused(
      file,
      `holds a key of the kind ${privateKey.asymmetricKeyType}, and a personal key is Ed25519: governor key new FILE`,
    );
  return { privateKey, publicKey: publicKeyText(privateKey) };
}

/** The rights are those of the very file that is read: between a look and the reading it could be another one. */
function readAlone(file: string): string {
  const opened = open(file);
  try {
    const { mode, size } = fstatSync(opened);
    const isShared = process.platform !== 'win32' && (mode & OF_OTHERS) !== 0;
    if (isShared) throw refused(file, `may be read or changed by others of this machine; first: chmod 600 ${quoted(file)}`);
    if (size > BYTES_MAX) throw refused(file, 'is no key: it is too large for one');
    return readFileSync(opened, 'utf8');
  } catch (fault) {
    throw fault instanceof GovernorError ? fault : refused(file, `cannot be read: ${problemOf(fault)}`, fault);
  } finally {
    closeSync(opened);
  }
}

function open(file: string): number {
  try {
    return openSync(file, 'r');
  } catch (fault) {
    throw refused(file, `cannot be read: ${problemOf(fault)}`, fault);
  }
}

function parsed(file: string, pem: string): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch (fault) {
    throw refused(file, 'holds no private key in PEM that can be read without a passphrase', fault);
  }
}

/** A path as a shell takes it. */
const quoted = (path: string): string => (/^[\w./~+-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`);

/** Makes a key and writes its private half, never over anything. Gives the public half. */
export function writeNewKey(file: string): string {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  try {
    writeFileSync(file, privateKey.export({ format: 'pem', type: 'pkcs8' }), { flag: 'wx', mode: OWNER_ONLY });
  } catch (fault) {
    const isThere = fault instanceof Error && 'code' in fault && fault.code === 'EEXIST';
    throw refused(file, isThere ? 'is there already, and is left as it is' : `cannot be written: ${problemOf(fault)}`, fault);
  }
  return publicKeyText(publicKey);
}
