import { z } from 'zod';
import { problemOf } from '../../pipeline/errors.ts';
import type { SlackCalls } from './slack-call.ts';
import { unreachable } from './slack-fault.ts';
import { Done } from './slack-shapes.ts';

export type Pictures = {
  /** Puts a PNG into the workspace, seen by nobody until a block shows it; gives Slack's id of it. */
  upload(picture: { name: string; alt: string; png: Uint8Array }): Promise<string>;
};

const Ticket = z.object({ upload_url: z.url({ protocol: /^https?$/ }), file_id: z.string().min(1) });
const TIMEOUT_MS = 20_000;
const ALT_CHARS_MAX = 1_000;

/** Slack's way for files: an address, the bytes, and a word that they are all there. A try that failed leaves nothing to see. */
export function createPictures(calls: SlackCalls): Pictures {
  return {
    async upload({ name, alt, png }) {
      const asked = { filename: name, length: png.byteLength, alt_txt: alt.slice(0, ALT_CHARS_MAX) };
      const { upload_url, file_id } = await calls.repeatable('files.getUploadURLExternal', asked, Ticket);
      await sendBytes(upload_url, png);
      await calls.once('files.completeUploadExternal', { files: [{ id: file_id, title: name }] }, Done);
      return file_id;
    },
  };
}

async function sendBytes(url: string, png: Uint8Array): Promise<void> {
  const method = 'the upload of a file';
  try {
    const headers = { 'content-type': 'application/octet-stream' };
    const body = new Uint8Array(png);
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const answer = await fetch(url, { method: 'POST', headers, body, redirect: 'error', signal });
    await answer.body?.cancel();
    if (!answer.ok) throw new RangeError(`status ${answer.status}`);
  } catch (fault) {
    throw unreachable(method, problemOf(fault), fault);
  }
}
