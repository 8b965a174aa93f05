import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Asset, clientAsset, vendorAsset } from './assets.ts';
import { pageDocument } from './document.ts';

/** The part of a router that the page needs; patterns end in `*path` for "the rest of the path". */
export type PageRouter = {
  get(
    pattern: string,
    handler: (req: IncomingMessage, res: ServerResponse, params: Readonly<Record<string, string>>) => Promise<void> | void,
  ): void;
};

const COMMON_HEADERS = { 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer', 'cache-control': 'no-cache' };

/** Registers the page at `/` and its modules, styles and library below `/page/`. Everything else is fetched from the control API. */
export function pageRoutes(router: PageRouter): void {
  router.get('/', async (_req, res) => {
    const { html, contentSecurityPolicy } = await pageDocument();
    res.writeHead(200, {
      ...COMMON_HEADERS,
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': contentSecurityPolicy,
    });
    res.end(html);
  });
  router.get('/page/client/*path', async (req, res, { path = '' }) => send(req, res, await clientAsset(path)));
  router.get('/page/vendor/*path', async (req, res, { path = '' }) => send(req, res, await vendorAsset(path)));
}

/** Unchanged files are answered with 304, so a reload costs no more than the question. */
function send(req: IncomingMessage, res: ServerResponse, asset: Asset | undefined): void {
  if (asset === undefined) {
    res.writeHead(404, { ...COMMON_HEADERS, 'content-type': 'application/json' });
    res.end(JSON.stringify({ error: 'the page has no such file' }));
    return;
  }
  const headers = { ...COMMON_HEADERS, etag: asset.etag, 'content-type': asset.type };
  const known = req.headers['if-none-match'] === asset.etag;
  res.writeHead(known ? 304 : 200, headers);
  res.end(known ? undefined : asset.body);
}
