import type { ChainFault } from '../../pipeline/chain.ts';
import type { StoreFault } from './source.ts';

export type AuditFault = {
  /** Null where the fault is not one log's. */
  case_id: string | null;
  /** The place in the log, where the fault has one. */
  seq: number | null;
  fault:
    | ChainFault['fault']
    | StoreFault['fault']
    | 'store_damaged'
    | 'readers_misled'
    | 'cut'
    | 'rechained'
    | 'removed'
    | 'unsigned'
    | 'wrong_signature'
    | 'head_file_altered';
  detail: string;
};

/** Nothing is wrong with the log: people leave, and their keys are taken out of the config. Whoever reads it knows whether that is so here. */
export type AuditNote = { case_id: string; seq: number; note: 'key_not_listed'; detail: string };
