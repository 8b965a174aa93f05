import type { Action } from '../../contracts/catalogue.ts';
import type { Runbook } from '../../contracts/documents.ts';
import { type Catalogue, resolveAction } from '../../pipeline/catalogue.ts';
import { wordsOf } from '../../pipeline/document-words.ts';
import type { Found } from '../../pipeline/ports.ts';
import { sharedWords } from '../../pipeline/words.ts';

export type Choice = { runbook: Runbook; action: Action };
export type Ranked = { accepted: Choice[]; learned: Choice[] };

/**
 * A runbook fits where it shares a fifth of the incident's words, at least two, and more than four are never asked for:
 * any long text shares a word or two with any incident by chance. An incident of a single word can only share that one.
 */
const SHARED_MIN = 2;
const SHARED_ENOUGH = 4;
const SHARED_SHARE = 0.2;

/** Runbooks that fit and whose action may be used here, best first as they were found: what failed before stands lower there. */
export function rankRunbooks(
  found: readonly Found<Runbook>[],
  words: ReadonlySet<string>,
  catalogue: Catalogue,
  service: string,
): Ranked {
  const choices = found.flatMap(({ document }) => choiceOf(document, words, catalogue, service));
  const isLearned = ({ runbook }: Choice): boolean => runbook.status === 'learned';
  return { accepted: choices.filter((choice) => !isLearned(choice)), learned: choices.filter(isLearned) };
}

function choiceOf(runbook: Runbook, words: ReadonlySet<string>, catalogue: Catalogue, service: string): Choice[] {
  if (runbook.recommended_action === '' || runbook.status === 'discarded') return [];
  const resolved = resolveAction(catalogue, runbook.recommended_action, { service });
  return resolved.ok && fits(runbook, words) ? [{ runbook, action: resolved.action }] : [];
}

function fits(runbook: Runbook, words: ReadonlySet<string>): boolean {
  if (words.size === 0) return false;
  const wanted = Math.min(words.size, SHARED_ENOUGH, Math.max(SHARED_MIN, Math.ceil(words.size * SHARED_SHARE)));
  return sharedWords(wordsOf(runbook), words).length >= wanted;
}
