import type { KnownBlock } from '@slack/types';
import type { RecoveryResult } from '../contracts/entry-words.ts';
import { type Message, plain } from './blocks.ts';
import { laidOut } from './layout.ts';
import { data, line, plainText, words } from './line.ts';
import { LIMITS } from './text.ts';
import { RECOVERY } from './words.ts';

export type RecoveryPicture = { service: string; result: RecoveryResult; detail: string; fileId: string; seq: number };

const ALT_CHARS = 900;
const TITLE = 'Error rate before and after the action';

/** The same in words: for whoever cannot see the picture, and for the file itself. */
export const pictureAlt = ({ service, result, detail }: Omit<RecoveryPicture, 'fileId' | 'seq'>): string =>
  plainText(line`${words(TITLE)}: ${data(service, 100)}. ${words(RECOVERY[result])} ${data(detail, 500)}`, ALT_CHARS);

/** A file of this workspace, and never an address elsewhere. */
export const pictureBlock = (fileId: string, told: Parameters<typeof pictureAlt>[0]): KnownBlock => ({
  type: 'image',
  slack_file: { id: fileId },
  alt_text: pictureAlt(told),
  title: plain(TITLE, LIMITS.header),
});

/** The picture in the thread. */
export function recoveryPicture({ fileId, seq, ...told }: RecoveryPicture): Message {
  const blocks = [pictureBlock(fileId, told)];
  return { text: pictureAlt(told), blocks: laidOut([{ name: 'picture', blocks, keep: true }], seq) };
}
