import { z } from 'zod';
import { Instant } from './words.ts';

/** Base64 of the raw 32 bytes of an Ed25519 public key, padded: one key has one text. */
export const PublicKeyText = z.string().regex(/^[A-Za-z0-9+/]{43}=$/, 'is not base64 of 32 bytes');

/**
 * A person's own signature under what an entry says and under everything that came before it in its log. What exactly is
 * signed is told in pipeline/personal-statement.ts.
 */
export const Signed = z.strictObject({
  /** As the config named it when it was used. */
  key_name: z.string().min(1).max(200),
  public_key: PublicKeyText,
  /** Base64 of the 64 bytes of an Ed25519 signature. */
  signature: z.string().regex(/^[A-Za-z0-9+/]{86}==$/, 'is not base64 of 64 bytes'),
  signed_at: Instant,
});
export type Signed = z.infer<typeof Signed>;
