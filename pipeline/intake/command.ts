import type { DecisionKind } from '../../contracts/entry-words.ts';
import { Id, ServiceName, Severity } from '../../contracts/words.ts';
import { typedCaseId } from '../case-id.ts';
import { plainSlackText } from './slack-text.ts';

/** What is wrong with a command, and the word it is about. */
export type CommandProblem = {
  about: 'service' | 'severity' | 'summary' | 'case_id' | 'sub_command';
  given: string;
};

export type OpenCommand = { ok: true; does: 'open'; service: string; severity: Severity; summary: string };
export type DecideCommand = { ok: true; does: 'decide'; kind: DecisionKind; caseId: string; reason: string | null };
export type Command =
  | OpenCommand
  | DecideCommand
  | { ok: true; does: 'modal' | 'list' | 'help' }
  | { ok: true; does: 'show' | 'who'; caseId: string }
  | { ok: true; does: 'pause' | 'resume'; reason: string | null }
  | { ok: false; problem: CommandProblem };

/** Longer than any reason or summary that is kept; what is behind it is cut before anything looks at it. */
const TEXT_CHARS_MAX = 40_000;
export const REASON_CHARS_MAX = 2_000;

type Word = { text: string; quoted: boolean; rest: string };

const PAIRS: Record<string, string> = { '"': '"', "'": "'", '“': '”', '‘': '’', '`': '`' };

/** The next word and what follows it. Quotes around a word are dropped, and remembered: they say that it is meant as a name. */
function nextWord(text: string): Word {
  const trimmed = text.trimStart();
  const close = PAIRS[trimmed.charAt(0)];
  const end = close === undefined ? -1 : trimmed.indexOf(close, 1);
  if (end > 0 && /^(?:\s|$)/.test(trimmed.slice(end + 1, end + 2))) {
    return { text: trimmed.slice(1, end).trim(), quoted: true, rest: trimmed.slice(end + 1).trim() };
  }
  const word = /^\S*/.exec(trimmed)?.[0] ?? '';
  return { text: word, quoted: false, rest: trimmed.slice(word.length).trim() };
}

/** A text that stands in one pair of quotes is meant without them. */
function unquoted(text: string): string {
  const word = nextWord(text);
  return word.quoted && word.rest === '' ? word.text : text;
}

const wrong = (about: CommandProblem['about'], given: string): Command => ({
  ok: false,
  problem: { about, given: given.slice(0, 200) },
});
const reasonOf = (text: string): string | null => unquoted(text).slice(0, REASON_CHARS_MAX).toWellFormed() || null;

type Read = (rest: string) => Command;

function withCase(rest: string, then: (caseId: string, rest: string) => Command): Command {
  const word = nextWord(rest);
  const caseId = Id.safeParse(typedCaseId(word.text));
  // Reserved logs begin with a tilde and are no cases.
  return caseId.success && !caseId.data.startsWith('~') ? then(caseId.data, word.rest) : wrong('case_id', word.text);
}

const decides =
  (kind: DecisionKind): Read =>
  (rest) =>
    withCase(rest, (caseId, reason) => ({ ok: true, does: 'decide', kind, caseId, reason: reasonOf(reason) }));

const SUB_COMMANDS: Record<string, Read> = {
  list: () => ({ ok: true, does: 'list' }),
  help: () => ({ ok: true, does: 'help' }),
  show: (rest) => withCase(rest, (caseId) => ({ ok: true, does: 'show', caseId })),
  who: (rest) => withCase(rest, (caseId) => ({ ok: true, does: 'who', caseId })),
  approve: decides('approve'),
  reject: decides('reject'),
  hold: decides('hold'),
  release: decides('release'),
  override: decides('override'),
  pause: (rest) => ({ ok: true, does: 'pause', reason: reasonOf(rest) }),
  resume: (rest) => ({ ok: true, does: 'resume', reason: reasonOf(rest) }),
};

/**
 * What `/incident` is asked to do. A sub-command always wins over a service of the same name, because `pause` must stop
 * everything whatever follows it; such a service is reached by quoting it (`"list" high …`) or by the form.
 */
export function parseCommand(wire: string): Command {
  const text = plainSlackText(wire.slice(0, TEXT_CHARS_MAX)).trim();
  if (text === '') return { ok: true, does: 'modal' };
  const first = nextWord(text);
  const name = first.text.toLowerCase();
  const read = !first.quoted && Object.hasOwn(SUB_COMMANDS, name) ? SUB_COMMANDS[name] : undefined;
  return read === undefined ? parseIncident(first) : read(first.rest);
}

function parseIncident(first: Word): Command {
  const service = ServiceName.safeParse(first.text.toLowerCase());
  // One word alone was meant as a sub-command more likely than as the service of an incident without a summary.
  if (first.rest === '') return wrong(service.success && first.quoted ? 'severity' : 'sub_command', first.text);
  if (!service.success) return wrong('service', first.text);
  const second = nextWord(first.rest);
  const severity = Severity.safeParse(second.text.toLowerCase());
  if (!severity.success) return wrong('severity', second.text);
  const summary = unquoted(second.rest);
  if (summary === '') return wrong('summary', '');
  return { ok: true, does: 'open', service: service.data, severity: severity.data, summary };
}
