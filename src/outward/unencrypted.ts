import { LOOPBACK_NAMES } from '../http/loopback.ts';

/** Whether what is sent to this address could be read on its way: it is not https, and leads off this machine. */
export function isUnencrypted(address: string): boolean {
  const url = URL.parse(address);
  return url !== null && url.protocol !== 'https:' && !LOOPBACK_NAMES.has(url.hostname);
}
