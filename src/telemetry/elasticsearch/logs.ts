import type { Client } from '@elastic/elasticsearch';
import type { Elastic, SearchAnswer } from '../../stores/elasticsearch/elastic.ts';
import { fromLogs } from './faults.ts';
import { findLogFields, type LogFields } from './fields.ts';

export type LogSearch = Omit<Parameters<Client['search']>[0] & object, 'index'>;

/** The access logs of one index, alias or data stream. */
export type Logs = {
  /** One search, whole or a fault of telemetry. The very first one asks for the index's fields before. */
  search(what: string, request: (fields: LogFields) => LogSearch): Promise<SearchAnswer>;
};

export function openLogs({ elastic, index }: { elastic: Elastic; index: string }): Logs {
  let fields: Promise<LogFields> | null = null;
  const search = async (what: string, request: (fields: LogFields) => LogSearch): Promise<SearchAnswer> => {
    fields ??= findLogFields(elastic, index);
    const asked = fields;
    try {
      return await elastic.search(what, { ...request(await asked), index });
    } catch (fault) {
      // The index may have been made anew with other fields, or not have been there when they were asked for.
      if (fields === asked) fields = null;
      throw fault;
    }
  };
  return { search: (what, request) => fromLogs(search(what, request)) };
}
