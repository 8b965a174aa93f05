import type { DecisionKind } from '../../../contracts/entry-words.ts';
import { attemptOf } from '../../../listeners/attempts.ts';
import type { Attempt } from '../../../pipeline/attempt.ts';
import type { CaseState } from '../../../pipeline/case-state.ts';
import { currentNumber, currentRevision } from '../../../pipeline/case-state.ts';
import { createDecisions } from '../../../pipeline/decisions.ts';
import { GovernorError } from '../../../pipeline/errors.ts';
import { systemClock as clock } from '../../app/core.ts';
import { createKnownSecrets } from '../../log/known-secrets.ts';
import { confirmed, isTerminal } from '../ask.ts';
import { casesOf } from '../case-facts.ts';
import type { Command, Invocation } from '../command.ts';
import { EXIT } from '../command.ts';
import { answerOf, type DecisionAnswer, shownBefore, unasked } from '../decision-answer.ts';
import { type Opened, withStore } from '../opened.ts';
import { holderOf, KEY_OPTION, keyOf, LISTED_PEOPLE } from '../personal.ts';
import type { PersonalKey } from '../personal-key.ts';
import { good, print, writeLines } from '../print.ts';

/** As many digits as people are shown, or more of them. */
const PIN = /^[0-9a-f]{12,64}$/i;

/** What lets a plan run is asked for once more; what stops never is. */
const ASKED: ReadonlySet<DecisionKind> = new Set(['approve', 'override']);

const SAYS: Record<DecisionKind, string> = {
  approve: 'approves the plan of a case, as it is shown before',
  override: 'overrides what no approval passes; recorded for ever, so say why',
  reject: 'closes a case without running anything',
  hold: 'keeps a case from running until it is released',
  release: 'lets a case go on that was held',
};

const decision = (kind: DecisionKind): Command => ({
  name: kind,
  usage: 'CASE [REASON…] --key FILE [--digest HEX] [--yes]',
  says: SAYS[kind],
  words: { min: 1, max: 400 },
  options: {
    key: KEY_OPTION,
    digest: { type: 'string', says: 'only if the plan has this digest: 12 digits or more of it' },
    yes: { type: 'boolean', says: 'does not ask' },
  },
  async run(invocation) {
    const pin = pinOf(kind, invocation);
    const key = keyOf(invocation);
    const answer = await withStore((opened) => decide(kind, { pin, key, invocation }, opened));
    print(invocation, answer, () => [answer.recorded ? good(answer.sentence) : answer.sentence]);
    return answer.recorded ? EXIT.good : EXIT.badNews;
  },
});

export const approve = decision('approve');
export const reject = decision('reject');
export const hold = decision('hold');
export const release = decision('release');
export const override = decision('override');

const canAsk = (err: Invocation['err']): boolean => isTerminal(process.stdin) && isTerminal(err);

/** The digest given, null where none is. Where nobody can be asked, a script has to say what it has read, or that it means it. */
function pinOf(kind: DecisionKind, { options, err }: Invocation): string | null {
  const { digest, yes } = options;
  if (typeof digest === 'string' && !PIN.test(digest))
    throw new GovernorError('usage', '--digest takes 12 to 64 hexadecimal digits, from the beginning of the digest');
  if (ASKED.has(kind) && digest === undefined && yes !== true && !canAsk(err))
    throw new GovernorError(
      'usage',
      'nobody can be asked here, where there is no terminal: give --digest with what you read, or --yes',
    );
  return typeof digest === 'string' ? digest.toLowerCase() : null;
}

type Wish = { pin: string | null; key: PersonalKey; invocation: Invocation };

async function decide(kind: DecisionKind, { pin, key, invocation }: Wish, opened: Opened): Promise<DecisionAnswer> {
  const { store, settings, catalogue } = opened;
  const { config } = settings;
  const [caseId = '', ...words] = invocation.words;
  const asked = { kind, caseId, config };
  const cases = casesOf(store);
  const state = await cases.load(caseId);
  if (state === undefined) return answerOf({ ok: false, refusal: 'unknown_case', state: null }, asked);
  writeLines(invocation.err, shownBefore(state, catalogue));

  const { by, signer } = holderOf(key, config.approvers);
  const seen = seenOf(state, pin);
  const mayGo = signer === null || (await meant(kind, state, invocation));
  if (!mayGo) return unasked(state);
  const { redact } = createKnownSecrets(settings.secrets);
  const reason = words.join(' ') || null;
  const attempt = attemptOf({ redact }, { kind, caseId, ...seen, by, via: 'cli', eventKey: null, reason });
  const decisions = createDecisions({ cases, people: LISTED_PEOPLE, clock, rules: config.approvers, timings: config, signer });
  return answerOf(await decisions.record(attempt), asked);
}

/** What was shown is what is decided about: a plan that changes while somebody thinks is refused. A pin that does not fit stands for itself. */
function seenOf(state: CaseState, pin: string | null): Pick<Attempt, 'revision' | 'digest'> {
  const digest = currentRevision(state)?.gated?.digest ?? null;
  const fits = pin === null || digest?.startsWith(pin) === true;
  return { revision: currentNumber(state), digest: fits ? digest : pin };
}

/** An override takes the case's id, as its form in Slack does. */
function meant(kind: DecisionKind, { caseId }: CaseState, { options, err }: Invocation): Promise<boolean> {
  if (!ASKED.has(kind) || options.yes === true || !canAsk(err)) return Promise.resolve(true);
  const word = kind === 'override' ? caseId : 'approve';
  return confirmed('This lets it run.', word, { input: process.stdin, output: err });
}
