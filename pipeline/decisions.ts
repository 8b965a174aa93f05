import type { ApproverRule } from '../contracts/config.ts';
import type { EntryBody } from '../contracts/entry.ts';
import type { Refusal } from '../contracts/entry-words.ts';
import type { Attempt, Standing } from './attempt.ts';
import { assessAttempt, isRecorded } from './attempt.ts';
import type { GroupMembers } from './authority.ts';
import { grantsOf, groupsNamed } from './authority.ts';
import type { CaseState } from './case-state.ts';
import { currentNumber } from './case-state.ts';
import type { Cases, Wish } from './cases.ts';
import { forgetOldest } from './forget-oldest.ts';
import type { Timings } from './next.ts';
import { expiresAtMs } from './next.ts';
import { isKnown, type Signer, signedBehind } from './personal-statement.ts';
import type { Chat, Clock, Person } from './ports.ts';

export type DecisionOutcome = { ok: true; state: CaseState } | { ok: false; refusal: Refusal; state: CaseState | null };

export type Decisions = {
  /** Records one attempt durably, or says why not. The same message or click recorded twice changes nothing. */
  record(attempt: Attempt): Promise<DecisionOutcome>;
  /** Records that an attempt was refused for where or when it was made: read again later, it must not count after all. */
  refuse(attempt: Attempt, refusal: Refusal): Promise<DecisionOutcome>;
};

export type People = {
  person(userId: string): Promise<Person | null>;
  groups(): Promise<GroupMembers>;
  ownTeam(): string;
};

type Parts = {
  cases: Cases;
  people: People;
  clock: Clock;
  rules: readonly ApproverRule[];
  timings: Timings;
  /** Whose key signs what the command line decides; without one it decides nothing. */
  signer?: Signer | null;
};

export function createDecisions({ cases, people, clock, rules, timings, signer = null }: Parts): Decisions {
  const standingOf = async (attempt: Attempt): Promise<(state: CaseState) => Standing> => {
    // Asked before the case is read, so that nothing slow lies between reading the state and writing behind it.
    const [person, groups] = await Promise.all([people.person(attempt.by), people.groups()]);
    return (state) => ({
      person,
      ownTeam: people.ownTeam(),
      grants: grantsOf(rules, attempt.by, groups, state.incident),
      nowMs: clock.now(),
      expiresAtMs: expiresAtMs(state, timings),
    });
  };

  return {
    async record(attempt) {
      const standing = await standingOf(attempt);
      const done = await cases.change(attempt.caseId, (state) => wishOf(state, attempt, standing(state), signer));
      if (done === undefined) return { ok: false, refusal: 'unknown_case', state: null };
      return done.answer === null ? { ok: true, state: done.state } : { ok: false, refusal: done.answer, state: done.state };
    },
    async refuse(attempt, refusal) {
      const done = await cases.change(attempt.caseId, (state) => refusalWish(state, attempt, refusal));
      return done === undefined
        ? { ok: false, refusal: 'unknown_case', state: null }
        : { ok: false, refusal: done.answer, state: done.state };
    },
  };
}

/** What to append for this attempt, and the refusal to answer with (null: none). */
function wishOf(state: CaseState, attempt: Attempt, standing: Standing, signer: Signer | null): Wish<Refusal | null> {
  if (attempt.eventKey !== null && state.handled.has(attempt.eventKey)) return { append: null, answer: null };
  if (!isKnown(attempt, signer)) return refusalWish(state, attempt, 'bad_signature');
  const assessed = assessAttempt(state, attempt, standing);
  if (!assessed.ok) return refusalWish(state, attempt, assessed.refusal);
  return { append: signedBehind(state, assessed.body, signer), answer: null };
}

function refusalWish(state: CaseState, attempt: Attempt, refusal: Refusal): Wish<Refusal> {
  const known = attempt.eventKey !== null && state.handled.has(attempt.eventKey);
  const append = !known && isRecorded(state, attempt, refusal) ? refusedBody(state, attempt, refusal) : null;
  return { append, answer: refusal };
}

function refusedBody(state: CaseState, attempt: Attempt, refusal: Refusal): EntryBody {
  return {
    kind: 'refused',
    revision: attempt.revision ?? currentNumber(state),
    by: attempt.by,
    via: attempt.via,
    event_key: attempt.eventKey,
    attempted: attempt.kind,
    refusal,
  };
}

type PeopleParts = {
  chat: Pick<Chat, 'person' | 'groupMembers'>;
  clock: Clock;
  rules: readonly ApproverRule[];
  ownTeam: () => string;
  keepMs: number;
};

/** Users and group members as Slack has them, kept for a short time so that a click waits for nothing. */
export function createPeople({ chat, clock, rules, ownTeam, keepMs }: PeopleParts): People {
  const persons = createKept<Person | null>(clock, keepMs);
  const members = createKept<GroupMembers>(clock, keepMs);
  const askGroups = async (): Promise<GroupMembers> => {
    const named = groupsNamed({ approvers: [...rules] });
    return new Map(await Promise.all(named.map(async (group) => [group, await chat.groupMembers(group)] as const)));
  };
  return {
    ownTeam,
    person: (userId) => persons(userId, () => chat.person(userId)),
    groups: () => members('', askGroups),
  };
}

/** Answers by key for `keepMs`. The question is kept, not only its answer, so that fifty askers at once ask once; a failed one is asked anew. */
function createKept<T>(clock: Clock, keepMs: number): (key: string, ask: () => Promise<T>) => Promise<T> {
  const kept = new Map<string, { atMs: number; answer: Promise<T> }>();
  return (key, ask) => {
    const known = kept.get(key);
    if (known !== undefined && clock.now() - known.atMs < keepMs) return known.answer;
    const asked = { atMs: clock.now(), answer: ask() };
    kept.delete(key);
    kept.set(key, asked);
    asked.answer.catch(() => kept.get(key) === asked && kept.delete(key));
    forgetOldest(kept, KEPT_MAX);
    return asked.answer;
  };
}

const KEPT_MAX = 5_000;
