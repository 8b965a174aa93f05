import { expect, test } from 'vitest';
import { elasticFault, itemFault } from '../../../src/stores/elasticsearch/faults.ts';

const named = (name: string): Error => Object.assign(new Error('said by the client'), { name });
const answered = (statusCode: number, type: string): Error =>
  Object.assign(named('ResponseError'), { statusCode, body: { error: { type, reason: 'because' } } });

test.each([
  ['a connection that was cut', named('ConnectionError'), 'store_away'],
  ['an answer that was late', named('TimeoutError'), 'store_away'],
  ['no node that lives', named('NoLivingConnectionsError'), 'store_away'],
  ['an answer that broke off', named('DeserializationError'), 'store_away'],
  ['a gateway that gave up', answered(504, 'gateway'), 'store_away'],
  ['too much to do', answered(429, 'es_rejected_execution_exception'), 'store_busy'],
  ['no master', answered(503, 'master_not_discovered_exception'), 'store_unready'],
  ['a block for want of disk', answered(403, 'cluster_block_exception'), 'store_refuses'],
  ['a key without the right', answered(403, 'security_exception'), 'store_refuses'],
  ['an index that is not there', answered(404, 'index_not_found_exception'), 'index_missing'],
  ['a document that is not there', answered(404, 'resource_not_found_exception'), 'store_fault'],
  ['another product', named('ProductNotSupportedError'), 'store_fault'],
  ['a mistake of our own', new TypeError('x is not a function'), 'store_fault'],
  ['a name that nobody knows', new ReferenceError('x is not defined'), 'store_fault'],
])('%s has its own code, by which it is waited out or not', (_claim, fault, code) => {
  expect(elasticFault('a question', fault)).toMatchObject({ code, cause: fault });
});

test('a fault names what was asked and what the cluster said, and nothing of the question', () => {
  const fault = elasticFault('find evidence', answered(400, 'parsing_exception'));
  expect(fault.message).toBe('Elasticsearch: find evidence failed (400): parsing_exception: because');
});

test('one item of many is a fault of the same kinds', () => {
  expect(itemFault('append', 429, { type: 'es_rejected_execution_exception', reason: 'full' })).toMatchObject({
    code: 'store_busy',
  });
  expect(itemFault('append', 503, { type: 'unavailable_shards_exception' })).toMatchObject({ code: 'store_unready' });
});
