import { createHash } from 'node:crypto';
import { clientPaths } from './assets.ts';

const IMPORT_MAP = JSON.stringify({ imports: { preact: '/page/vendor/preact.mjs', 'preact/hooks': '/page/vendor/hooks.mjs' } });

/** The import map is the document's only inline script; browsers take none from a file, so its hash is what may run. */
const SCRIPT_HASH = createHash('sha256').update(IMPORT_MAP).digest('base64');

const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  `script-src 'self' 'sha256-${SCRIPT_HASH}'`,
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const ICON =
  'data:image/svg+xml,' +
  encodeURIComponent(
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="8" fill="#3b1d45"/><path d="M16 6l8 3v7c0 5-3.4 8.3-8 10-4.6-1.7-8-5-8-10V9z" fill="#e8b93a"/></svg>',
  );

/** The page's one HTML document and the policy it is served with: nothing from elsewhere, no inline code but the import map. */
export async function pageDocument(): Promise<{ html: string; contentSecurityPolicy: string }> {
  const paths = await clientPaths();
  const styles = paths
    .filter((path) => path.endsWith('.css'))
    .map((path) => `<link rel="stylesheet" href="/page/client/${path}">`);
  const modules = paths
    .filter((path) => path.endsWith('.ts'))
    .map((path) => `<link rel="modulepreload" href="/page/client/${path}">`);
  const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Sandbox workspace</title>
<link rel="icon" href="${ICON}">
${styles.join('\n')}
<script type="importmap">${IMPORT_MAP}</script>
${modules.join('\n')}
<script type="module" src="/page/client/main.ts"></script>
</head>
<body><div id="page"><noscript>This workspace needs JavaScript.</noscript></div></body>
</html>
`;
  return { html, contentSecurityPolicy: CONTENT_SECURITY_POLICY };
}
