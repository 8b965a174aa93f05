import type { ApproverRule } from '../contracts/config.ts';
import type { EntryBody, Refusal } from '../contracts/entry.ts';
import type { Attempt, Standing } from './attempt.ts';
import { assessAttempt, isRecorded } from './attempt.ts';
import type { GroupMembers } from './authority.ts';
import { grantsOf, groupsNamed } from './authority.ts';
import type { CaseState } from './case-state.ts';
import { currentNumber } from './case-state.ts';
import type { Cases, Wish } from './cases.ts';
import type { Timings } from './next.ts';
import { expiresAtMs } from './next.ts';
import type { Chat, Clock, Person } from './ports.ts';

export type DecisionOutcome = { ok: true; state: CaseState } | { ok: false; refusal: Refusal; state: CaseState | null };

export type Decisions = {
  /** Records one attempt durably, or says why not. The same message or click recorded twice changes nothing. */
  record(attempt: Attempt): Promise<DecisionOutcome>;
};

export type People = {
  person(userId: string): Promise<Person | null>;
  groups(): Promise<GroupMembers>;
  ownTeam(): string;
};

type Parts = { cases: Cases; people: People; clock: Clock; rules: readonly ApproverRule[]; timings: Timings };

export function createDecisions({ cases, people, clock, rules, timings }: Parts): Decisions {
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
      const done = await cases.change(attempt.caseId, (state) => wishOf(state, attempt, standing(state)));
      if (done === undefined) return { ok: false, refusal: 'unknown_case', state: null };
      return done.answer === null ? { ok: true, state: done.state } : { ok: false, refusal: done.answer, state: done.state };
    },
  };
}

/** What to append for this attempt, and the refusal to answer with (null: none). */
function wishOf(state: CaseState, attempt: Attempt, standing: Standing): Wish<Refusal | null> {
  if (attempt.eventKey !== null && state.handled.has(attempt.eventKey)) return { append: null, answer: null };
  const assessed = assessAttempt(state, attempt, standing);
  if (assessed.ok) return { append: assessed.body, answer: null };
  const { refusal } = assessed;
  return { append: isRecorded(state, attempt, refusal) ? refusedBody(state, attempt, refusal) : null, answer: refusal };
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

/** The group members that the rules name, asked of Slack, and kept for a short time so that a click waits for nothing. */
export function createPeople({
  chat,
  clock,
  rules,
  ownTeam,
  keepMs,
}: {
  chat: Chat;
  clock: Clock;
  rules: readonly ApproverRule[];
  ownTeam: () => string;
  keepMs: number;
}): People {
  const persons = new Map<string, { at: number; person: Person | null }>();
  let groups: { at: number; members: GroupMembers } | null = null;
  return {
    ownTeam,
    async person(userId) {
      const known = persons.get(userId);
      if (known !== undefined && clock.now() - known.at < keepMs) return known.person;
      const person = await chat.person(userId);
      persons.set(userId, { at: clock.now(), person });
      return person;
    },
    async groups() {
      if (groups !== null && clock.now() - groups.at < keepMs) return groups.members;
      const named = groupsNamed({ approvers: [...rules] });
      const members = new Map<string, readonly string[]>();
      for (const group of named) members.set(group, await chat.groupMembers(group));
      groups = { at: clock.now(), members };
      return members;
    },
  };
}
