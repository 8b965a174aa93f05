import type { Context } from '@slack/bolt';
import { z } from 'zod';

/** Under this name the receiver of signed requests puts the signed moment into Bolt's context. */
export const SIGNED_AT = 'signedAtMs';

const Signed = z.looseObject({ [SIGNED_AT]: z.int().positive() });

/**
 * When Slack signed the request, in milliseconds; null over Socket Mode, where nothing is signed. The same request sent
 * again carries the same moment, also to another process, so that it can open no second case.
 */
export function signedMoment(context: Context): number | null {
  const signed = Signed.safeParse(context);
  return signed.success ? signed.data[SIGNED_AT] : null;
}
