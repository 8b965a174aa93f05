import { GovernorError, problemOf } from '../../../pipeline/errors.ts';
import type { StoreFaultCode } from '../../stores/elasticsearch/faults.ts';

type Told = { code: string; says: string };

/** The cluster's faults as telemetry tells them: silence, refusal and half an answer are the same for every source. */
const TOLD: Readonly<Partial<Record<StoreFaultCode, Told>>> = {
  store_away: { code: 'telemetry_away', says: 'Elasticsearch did not answer' },
  store_unready: { code: 'telemetry_away', says: 'Elasticsearch did not answer for the whole index' },
  store_busy: { code: 'telemetry_busy', says: 'Elasticsearch is too busy to answer' },
  store_partial: { code: 'telemetry_partial', says: 'Elasticsearch answered for a part of the logs only' },
  store_refuses: { code: 'telemetry_refused', says: 'Elasticsearch refused a question' },
  index_missing: { code: 'telemetry_refused', says: 'the index of the logs does not exist' },
};
const OTHER: Told = { code: 'telemetry_fault', says: 'the logs could not be asked' };

const isKnown = (code: string): code is StoreFaultCode => Object.hasOwn(TOLD, code);

/** Whatever goes wrong between us and the logs is thrown, so that nothing of it can pass for a healthy service. */
export async function fromLogs<T>(asked: Promise<T>): Promise<T> {
  try {
    return await asked;
  } catch (fault) {
    if (fault instanceof GovernorError && fault.code.startsWith('telemetry_')) throw fault;
    const { code, says } = fault instanceof GovernorError && isKnown(fault.code) ? (TOLD[fault.code] ?? OTHER) : OTHER;
    throw new GovernorError(code, `${says}: ${problemOf(fault)}`, { cause: fault });
  }
}
