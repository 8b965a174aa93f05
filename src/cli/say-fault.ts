import { z } from 'zod';
import { GovernorError, problemOf } from '../../pipeline/errors.ts';

const ListenFault = z.object({
  syscall: z.literal('listen'),
  code: z.string(),
  address: z.string().optional(),
  port: z.number().optional(),
});

const LISTENING: Readonly<Record<string, string>> = {
  EADDRINUSE: 'is in use already; choose another one, or 0 for any that is free',
  EACCES: 'may not be listened on by this user; choose one above 1023',
};

const STORE_OUT_OF_REACH: ReadonlySet<string> = new Set(['store_unopened', 'store_unwritable']);

/** A fault in the words of whoever has to mend it: where it stands, which key, and why. */
export function sayFault(fault: unknown): string {
  const listening = ListenFault.safeParse(fault);
  if (listening.success) return sayListening(listening.data);
  if (fault instanceof GovernorError && STORE_OUT_OF_REACH.has(fault.code))
    return `${problemOf(fault)}\n  environment: GOVERNOR_HOME: names the folder it lies in`;
  return problemOf(fault);
}

function sayListening({ code, address, port }: z.infer<typeof ListenFault>): string {
  const reason = LISTENING[code];
  const where = `\`${address ?? 'this machine'}${port === undefined ? '' : `:${port}`}\``;
  return reason === undefined
    ? `nothing was started:\n  environment: HOST: ${where} cannot be listened on (${code})`
    : `nothing was started:\n  environment: PORT: ${where} ${reason}`;
}
