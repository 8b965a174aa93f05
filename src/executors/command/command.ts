import { join } from 'node:path';
import type { CommandOrder } from '../../../contracts/action-orders.ts';
import type { Action } from '../../../contracts/catalogue.ts';
import type { CommandExecutorConfig } from '../../../contracts/executors.ts';
import { GovernorError } from '../../../pipeline/errors.ts';
import type { Clock, Executor, ExecutorAnswer, ExecutorStatus, Order, Running } from '../../../pipeline/ports.ts';
import { isLate, isSameOrder, REFUSED_LATE, refused, short, usedKey } from '../answers.ts';
import { type Argv, argvOf } from './argv.ts';
import { type ChildEnd, runChild } from './child.ts';
import { createJournal, type Ended, type Recorded } from './journal.ts';

export type CommandOptions = {
  config: CommandExecutorConfig;
  actions: ReadonlyMap<string, Action>;
  /** GOVERNOR_HOME: what was begun and what ended is kept there. */
  home: string;
  /** Whether every process of this installation is on this machine: only then does the journal know of all that was run. */
  oneMachine: boolean;
  clock: Clock;
};

const MS = 1_000;
const FOLDER = 'commands';
/** A command that takes longer than this is asked for later, so that nobody waits with it. */
const INLINE_MS = 1_000;

const UNDER_WAY: Running = { outcome: 'running', detail: 'the command is under way' };

type Ready = { ok: true; argv: Extract<Argv, { ok: true }>; command: CommandOrder };
type Prepared = Ready | { ok: false; refusal: string };

/**
 * Programs on this machine, as the catalogue's entries spell them. A key's start is synced to the disk before its program
 * starts, so a key is run at most once however often this process dies; where it died in between, a person has to look.
 */
export function createCommandExecutor({ config, actions, home, oneMachine, clock }: CommandOptions): Executor {
  const journal = createJournal(join(home, FOLDER));
  /** Orders that this very process is carrying out. */
  const live = new Map<string, Order>();
  const environment = { PATH: config.path, LANG: 'C.UTF-8', ...config.environment };

  const prepare = ({ actionId, parameters }: Order): Prepared => {
    const command = actions.get(actionId)?.command;
    if (command === undefined) return { ok: false, refusal: `the action \`${actionId}\` has no command` };
    const argv = argvOf(command, parameters);
    if (!argv.ok) return argv;
    if (!config.programs.includes(argv.program))
      return { ok: false, refusal: `the program \`${argv.program}\` is not listed in executors.command.programs` };
    return { ok: true, argv, command };
  };

  const perform = async (order: Order, { argv, command }: Ready): Promise<Ended> => {
    // Syncing takes time, and the order's may have run out over it.
    if (isLate(clock, order)) return REFUSED_LATE;
    const limits = { timeoutMs: command.timeout_s * MS, outputBytesMax: config.output_bytes_max };
    const end = await runChild({ ...argv, ...limits, environment });
    return endedOf(end, command, new Date(clock.now()).toISOString());
  };

  /** Null where another process has begun this key before. */
  const beginAndEnd = async (order: Order, ready: Ready): Promise<Ended | null> => {
    const { notAfter: _limit, ...content } = order;
    if (!(await journal.begin({ at: new Date(clock.now()).toISOString(), ...content }))) return null;
    const ended = await perform(order, ready);
    await journal.end(order.key, ended);
    return ended;
  };

  const start = async (order: Order, ready: Ready): Promise<ExecutorAnswer | Running> => {
    live.set(order.key, order);
    const ending = beginAndEnd(order, ready).finally(() => live.delete(order.key));
    return (await orUnderWay(ending)) ?? repeated(order);
  };

  const repeated = async (order: Order): Promise<ExecutorAnswer | Running> => {
    // Asked before the journal is: what ends in between is written there by then, and is told as what it is.
    const first = live.get(order.key);
    const recorded = await journal.read(order.key);
    if (!isSameOrder(first ?? orderIn(recorded, order), order)) throw usedKey(order.key);
    return answerOf(order.key, recorded, first !== undefined);
  };

  return {
    name: 'command',
    declares: () => ({ refusesLate: oneMachine, idempotentByKey: oneMachine }),
    async run(order) {
      const known = await journal.read(order.key);
      if (known !== null || live.has(order.key)) return repeated(order);
      if (isLate(clock, order)) return REFUSED_LATE;
      const ready = prepare(order);
      return ready.ok ? start(order, ready) : refused(ready.refusal);
    },
    async status(key): Promise<ExecutorStatus> {
      const isLive = live.has(key);
      const recorded = await journal.read(key);
      return recorded === null && !isLive ? { seen: false } : { seen: true, ...answerOf(key, recorded, isLive) };
    },
  };
}

function answerOf(key: string, recorded: Recorded | null, isLive: boolean): ExecutorAnswer | Running {
  if (recorded?.ended) return recorded.ended;
  if (isLive) return UNDER_WAY;
  throw new GovernorError(
    'outcome_unclear',
    `the command of the key \`${key}\` was begun and its end was never recorded; look at its target`,
  );
}

function orderIn(recorded: Recorded | null, { key, notAfter }: Order): Order {
  if (recorded === null) throw new GovernorError('journal_unreadable', `the record of the key \`${key}\` has vanished`);
  const { at: _at, ...content } = recorded.started;
  return { ...content, notAfter };
}

async function orUnderWay(ending: Promise<Ended | null>): Promise<ExecutorAnswer | Running | null> {
  let timer: NodeJS.Timeout | undefined;
  const waited = new Promise<Running>((resolve) => {
    timer = setTimeout(resolve, INLINE_MS, UNDER_WAY);
  });
  try {
    return await Promise.race([ending, waited]);
  } finally {
    clearTimeout(timer);
    // Whoever asks later is told by the journal; a fault of writing it then is an end that nobody recorded.
    ending.catch(() => undefined);
  }
}

/** Only the exit code says how it went; what it wrote is for people. */
function endedOf(end: ChildEnd, { timeout_s }: CommandOrder, at: string): Ended {
  if (end.kind === 'unstarted')
    return { outcome: 'refused', detail: short(`it could not be started: ${end.problem}`), effectAt: null };
  const how = end.timedOut
    ? `it did not end within ${timeout_s} s and was stopped`
    : `it ended with ${end.code === null ? `the signal ${end.signal}` : `code ${end.code}`}`;
  const detail = short(end.output === '' ? how : `${how}: ${end.output}`);
  return { outcome: end.code === 0 && !end.timedOut ? 'done' : 'failed', detail, effectAt: at };
}
