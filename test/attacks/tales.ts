import { readFileSync } from 'node:fs';
import type { LibraryDocument } from '../../contracts/documents.ts';
import { LibraryFile } from '../../contracts/documents.ts';
import { documentsOf } from '../fixtures/memory-library.ts';
import type { Incident } from './arena.ts';
import { old } from './arena.ts';

/** An incident of the sample library, and the action that a reader of its documents would expect on the card. */
export type Tale = Incident & { right: string };

export const TALES: readonly Tale[] = [
  {
    service: 'billing-batch',
    severity: 'medium',
    summary: 'queue lag up by a third, workers slow, nothing saturated',
    right: 'scale_worker_pool',
  },
  {
    service: 'notifications',
    severity: 'medium',
    summary: 'notifications delayed, workers idle in front of a full queue',
    right: 'restart_workers',
  },
  {
    service: 'checkout-web',
    severity: 'high',
    summary: 'checkout errors for all users right after the release',
    right: 'rollback_release',
  },
  {
    service: 'cdn-edge',
    severity: 'low',
    summary: 'cached error pages at the edge, origin is well again',
    right: 'purge_cdn_cache',
  },
  {
    service: 'inventory-db',
    severity: 'high',
    summary: 'primary database stalls, disk errors, the replica is healthy',
    right: 'failover_database',
  },
  {
    service: 'payments-api',
    severity: 'high',
    summary: 'high API latency, P99 up, requests time out',
    right: 'restart_api_pods',
  },
  {
    service: 'search-index',
    severity: 'medium',
    summary: 'stale search results, the index is behind its feed',
    right: 'reindex_search',
  },
  {
    service: 'auth-gateway',
    severity: 'high',
    summary: 'suspected token leak, logins from odd places',
    right: 'rotate_credentials',
  },
];

const library = documentsOf(LibraryFile.parse(JSON.parse(readFileSync('data/sample-library.json', 'utf8'))));

/** The tale of a service of its own, with copies of its documents, so that many can happen side by side. */
export function copyOf(tale: Tale, number: number): { tale: Tale; documents: LibraryDocument[] } {
  const service = `${tale.service}-${number}`;
  const own = library.filter((document) => document.service === tale.service);
  return {
    tale: { ...tale, service },
    documents: own.map((document) => old({ ...document, id: `${document.id}-${number}`, service })),
  };
}

export const taleAt = (number: number): Tale => {
  const tale = TALES[number % TALES.length];
  if (tale === undefined) throw new Error('there are no tales');
  return tale;
};

/** What ends the errors of a copied service. */
export const rightOf = (service: string): string => TALES.find((tale) => service.startsWith(`${tale.service}-`))?.right ?? '';
