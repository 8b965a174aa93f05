import { z } from 'zod';
import { readBytes } from '../../http/body.ts';
import { sendText } from '../../http/reply.ts';
import type { Router } from '../../http/router.ts';
import { newId } from '../ids.ts';
import { createFiles } from '../store/files.ts';
import type { Workspace } from '../workspace/workspace.ts';
import { Count, method, refuse } from './method.ts';

const FILE_BYTES_MAX = 4_000_000;
const ALT_CHARS_MAX = 1_000;
/** The first bytes of every PNG: only pictures are served back, so that no upload can be a page. */
const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

const Ticket = z.looseObject({ filename: z.string().min(1).max(255), length: Count, alt_txt: z.string().optional() });

/** The first of three steps: an address for the bytes. */
export const filesGetUploadUrlExternal = method(
  { scopes: ['files:write'] },
  Ticket,
  ({ filename, length, alt_txt: alt = '' }, { baseUrl, database }) => {
    if (length > FILE_BYTES_MAX) return refuse('file_too_large');
    if (alt.length > ALT_CHARS_MAX) return refuse('alt_txt_too_large');
    const id = newId('F');
    createFiles(database).begin({ id, name: filename, length, alt });
    return { ok: true, upload_url: `${baseUrl()}/upload/${id}`, file_id: id };
  },
);

const Listed = z.array(z.object({ id: z.string().min(1), title: z.string().optional() })).min(1);
const Complete = z.looseObject({
  files: z.union([
    Listed,
    z.string().transform((text, context) => {
      const parsed = Listed.safeParse(jsonIn(text));
      if (parsed.success) return parsed.data;
      context.addIssue({ code: 'custom', message: 'files is no list of uploads' });
      return z.NEVER;
    }),
  ]),
});

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // What is no JSON is no list either, which is what the caller is told.
    return undefined;
  }
}

/** The last step: from here on blocks may show the file. Sharing by this call itself is not offered here. */
export const filesCompleteUploadExternal = method({ scopes: ['files:write'] }, Complete, ({ files }, { database }) => {
  const stored = createFiles(database);
  const missing = files.find(({ id }) => !stored.complete(id));
  return missing === undefined ? { ok: true, files } : refuse('file_not_found');
});

/** Where the bytes go, and where the page gets them from. */
export function fileRoutes(router: Router, { database }: Pick<Workspace, 'database'>): void {
  const files = createFiles(database);
  router.post('/upload/:id', async (req, res, { id = '' }) => {
    const bytes = await readBytes(req, FILE_BYTES_MAX);
    const isTaken = bytes.subarray(0, PNG.length).equals(PNG) && files.receive(id, bytes);
    await database.durable();
    sendText(res, isTaken ? 200 : 400, isTaken ? `OK - ${bytes.byteLength}` : 'no such upload');
  });
  router.get('/files/:id', (_req, res, { id = '' }) => {
    const file = files.find(id);
    if (file === undefined || !file.done) return sendText(res, 404, 'there is no such file');
    res.writeHead(200, {
      'content-type': 'image/png',
      'x-content-type-options': 'nosniff',
      'content-security-policy': 'sandbox',
    });
    res.end(file.bytes);
  });
}
