import { randomBytes, randomInt, randomUUID } from 'node:crypto';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const ID_TAIL = 10;
const MICROS_PER_SECOND = 1_000_000;
const MICRO_DIGITS = 6;

/** `V…`, `Ev…`: Slack's ids are a kind and a random tail. */
export function newId(kind: string): string {
  return kind + Array.from({ length: ID_TAIL }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
}

export const newUuid = (): string => randomUUID();
export const newSecret = (bytes = 24): string => randomBytes(bytes).toString('hex');
/** As short as the ones Slack fills in for a block without a block_id. */
export const newBlockId = (): string => randomBytes(4).toString('base64url').slice(0, 5);

/** Message timestamps: seconds with six digits, strictly rising, because a channel and a ts together are a message's identity. */
export function createTimestamps(now: () => number, last = '0.000000'): () => string {
  let lastMicros = toMicros(last);
  return () => {
    lastMicros = Math.max(lastMicros + 1, now() * 1000);
    return fromMicros(lastMicros);
  };
}

function toMicros(ts: string): number {
  const [seconds = '0', micros = '0'] = ts.split('.');
  return Number(seconds) * MICROS_PER_SECOND + Number(micros);
}

function fromMicros(micros: number): string {
  const whole = Math.floor(micros);
  return `${Math.floor(whole / MICROS_PER_SECOND)}.${String(whole % MICROS_PER_SECOND).padStart(MICRO_DIGITS, '0')}`;
}
