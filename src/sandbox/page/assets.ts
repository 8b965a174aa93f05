import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { createRequire, stripTypeScriptTypes } from 'node:module';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A file as it is sent: the body, its media type, and a tag that changes with its content. */
export type Asset = { body: string; type: string; etag: string };

const CLIENT_DIR = join(dirname(fileURLToPath(import.meta.url)), 'client');
const require = createRequire(import.meta.url);
/** The library's two files, under names of ours, so that no other file of the package can be asked for. */
const VENDOR: Record<string, string> = { 'preact.mjs': 'preact', 'hooks.mjs': 'preact/hooks' };
const JAVASCRIPT = 'text/javascript; charset=utf-8';
const CSS = 'text/css; charset=utf-8';
/** Lower-case names in folders: a path with `..`, a dot file or a backslash does not match. */
const CLIENT_PATH = /^(?:[a-z0-9-]+\/)*[a-z0-9-]+\.(ts|js|css)$/;

const cache = new Map<string, { mtimeMs: number; asset: Asset }>();

/** A module or style sheet of the page. A module is asked for as `.ts` (as its importers write it) or as `.js`. */
export async function clientAsset(path: string): Promise<Asset | undefined> {
  const extension = CLIENT_PATH.exec(path)?.[1];
  if (extension === undefined) return undefined;
  const file = join(CLIENT_DIR, path.replace(/\.js$/, '.ts'));
  return cached(file, extension === 'css' ? CSS : JAVASCRIPT);
}

/** One of the library files by our name for it. */
export async function vendorAsset(path: string): Promise<Asset | undefined> {
  const specifier = Object.hasOwn(VENDOR, path) ? VENDOR[path] : undefined;
  return specifier === undefined ? undefined : cached(require.resolve(specifier), JAVASCRIPT);
}

/** Paths of all modules and style sheets, for the document's preload lines. */
export async function clientPaths(): Promise<string[]> {
  const entries = await readdir(CLIENT_DIR, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(CLIENT_DIR, join(entry.parentPath, entry.name)));
  return files
    .map((file) => file.split(sep).join('/'))
    .filter((file) => CLIENT_PATH.test(file))
    .sort();
}

async function cached(file: string, type: string): Promise<Asset | undefined> {
  const mtimeMs = await modified(file);
  if (mtimeMs === undefined) return undefined;
  const known = cache.get(file);
  if (known?.mtimeMs === mtimeMs) return known.asset;
  const asset = toAsset(await readFile(file, 'utf8'), file, type);
  cache.set(file, { mtimeMs, asset });
  return asset;
}

async function modified(file: string): Promise<number | undefined> {
  try {
    return (await stat(file)).mtimeMs;
  } catch (fault) {
    if (fault instanceof Error && 'code' in fault && fault.code === 'ENOENT') return undefined;
    throw fault;
  }
}

function toAsset(source: string, file: string, type: string): Asset {
  const body = file.endsWith('.ts') ? stripTypes(source) : source.replace(/\/\/# sourceMappingURL=.*\s*$/, '');
  return { body, type, etag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"` };
}

/**
 * Node announces on the error stream, once, that this function may still change. The error stream belongs to the log and
 * the Node version is pinned, so that one line is held back.
 */
function stripTypes(source: string): string {
  const emitWarning = process.emitWarning;
  process.emitWarning = () => undefined;
  try {
    return stripTypeScriptTypes(source);
  } finally {
    process.emitWarning = emitWarning;
  }
}
