import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import { z } from 'zod';
import type { Rights } from '../../src/operations/rights.ts';
import { INDEX_ROLES, type IndexNames } from '../../src/stores/elasticsearch/names.ts';

/** A right, and the index that it is needed on; null for the cluster as a whole. */
type Need = { right: string; index: string | null };

const At = z.looseObject({ _index: z.string() });
const BulkAction = z.union([z.strictObject({ create: At }), z.strictObject({ index: At }), z.strictObject({ delete: At })]);
const Docs = z.object({ docs: z.array(z.object({ _index: z.string() })) });
/** What a right stands in for. */
const COVERS: Readonly<Record<string, readonly string[]>> = {
  index: ['create_doc'],
  manage: ['maintenance', 'view_index_metadata', 'create_index'],
};

/** Which right each kind of request needs, by its path behind the index. Whatever is not listed needs one that nobody has. */
const READS = ['_search', '_field_caps', '_pit', '_count'];
const LOOKS = ['_mapping', '_alias', '_settings'];

function needsOf(method: string, path: string, body: string): Need[] {
  const parts = path.split('/').filter((part) => part !== '');
  const [first = '', second = ''] = parts;
  if (path === '/' || path.startsWith('/_cluster/health')) return [{ right: 'monitor', index: null }];
  if (path === '/_bulk') return bulkNeeds(body);
  if (path === '/_mget') return Docs.parse(JSON.parse(body)).docs.map(({ _index }) => ({ right: 'read', index: _index }));
  // A point in time is bound to the rights of whoever opened it.
  if (path === '/_search' || path === '/_pit' || path === '/_security/user/_has_privileges') return [];
  const right = rightOf(method, second, parts.length);
  return first.split(',').map((index) => ({ right, index }));
}

function rightOf(method: string, verb: string, parts: number): string {
  if (READS.includes(verb)) return 'read';
  if (verb === '_refresh') return 'maintenance';
  if (verb === '_delete_by_query') return 'delete';
  if (method === 'GET' && (parts === 1 || LOOKS.includes(verb))) return 'view_index_metadata';
  if (method === 'PUT' && parts === 1) return 'create_index';
  return method === 'PUT' && verb === '_mapping' ? 'manage' : 'all';
}

function bulkNeeds(body: string): Need[] {
  return body.split('\n').flatMap((line) => {
    const action = line === '' ? undefined : BulkAction.safeParse(JSON.parse(line)).data;
    if (action === undefined) return [];
    if ('create' in action) return [{ right: 'create_doc', index: action.create._index }];
    if ('index' in action) return [{ right: 'index', index: action.index._index }];
    return [{ right: 'delete', index: action.delete._index }];
  });
}

/**
 * The cluster behind a door that lets through only what `rights` allow, as security would. Gives the door's address and
 * what it turned away. It knows the requests that the governor makes, by what Elastic's manual says of each right; how a
 * cluster with security judges them was not tried.
 */
export async function guardedCluster(behind: string, names: IndexNames, rights: Rights) {
  const denied: string[] = [];
  const used = new Set<string>();
  const allowed = ({ right, index }: Need): boolean => {
    const role = INDEX_ROLES.find(
      (one) => index === names[one] || (one === 'log' && index?.startsWith(`${names.log}-`) === true),
    );
    const granted = index === null ? rights.cluster : ((role && rights.indices[role]) ?? []);
    const by = granted.find((one) => one === right || COVERS[one]?.includes(right) === true);
    if (by !== undefined) used.add(`${by} ${role ?? 'cluster'}`);
    return by !== undefined;
  };
  const server = createServer(async (req, res) => {
    const body = await text(req);
    const path = decodeURIComponent((req.url ?? '/').split('?')[0] ?? '/');
    const missing = needsOf(req.method ?? 'GET', path, body).filter((need) => !allowed(need));
    if (missing.length === 0) return passOn(req, res, body, behind);
    denied.push(...missing.map(({ right, index }) => `${req.method} ${path}: ${right} on ${index ?? 'the cluster'}`));
    res.writeHead(403, { 'content-type': 'application/json', 'x-elastic-product': 'Elasticsearch' });
    res.end(JSON.stringify({ error: { type: 'security_exception', reason: 'not allowed' }, status: 403 }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = z.object({ port: z.int() }).parse(server.address());
  return { url: `http://127.0.0.1:${port}`, denied, used };
}

function passOn({ url, method, headers }: IncomingMessage, res: ServerResponse, body: string, behind: string): void {
  const onward = request(new URL(url ?? '/', behind), { method, headers }, (answer) => {
    res.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(res);
  });
  onward.on('error', () => res.destroy());
  onward.end(body);
}
