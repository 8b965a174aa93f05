import type { CaseState } from '../../../pipeline/case-state.ts';
import type { AuditHead } from '../../audit/head.ts';
import type { SoundPart, Told } from '../sound-part.ts';
import type { Finding } from './finding.ts';
import type { ReadBundle } from './read-bundle.ts';

/** What is checked: a bundle as it was read, and its case as far as that is one. */
export type Subject = Omit<ReadBundle, 'header' | 'findings'> &
  SoundPart & {
    header: NonNullable<ReadBundle['header']>;
    head: AuditHead | null;
    /**
     * Whether this very version wrote the bundle. What another one draws or derives may honestly differ in things that
     * decide nothing.
     */
    isOwnVersion: boolean;
  };

/** A check of the bundle as a whole, and one of a single entry with the case before and behind it. */
export type Check = (subject: Subject) => Finding[];
export type EntryCheck = (told: Told & { before: CaseState }, subject: Subject) => Finding[];
