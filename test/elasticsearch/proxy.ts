import { type Door, openDoor } from '../fixtures/door.ts';

export type { Trouble } from '../fixtures/door.ts';
export type ElasticProxy = Door;

const BUSY = {
  headers: { 'x-elastic-product': 'Elasticsearch' },
  body: {
    error: { type: 'es_rejected_execution_exception', reason: 'rejected execution of a task on a full queue' },
    status: 429,
  },
};

/** Stands between a governor and a node, as a network does. */
export const startProxy = (target: string): Promise<ElasticProxy> => openDoor(target, { busy: BUSY });
