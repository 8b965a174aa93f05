import { parseArgs } from 'node:util';
import { GovernorError, problemOf } from '../../pipeline/errors.ts';
import { nearest } from '../config/nearest.ts';
import { ownVersion } from '../config/own-version.ts';
import type { Command, ExitCode, Streams } from './command.ts';
import { EXIT } from './command.ts';
import { COMMANDS } from './commands.ts';
import { COMMON_OPTIONS, manualOf, overview, usageOf } from './manual.ts';
import { writeLines } from './print.ts';
import { sayFault } from './say-fault.ts';

const HELP = new Set(['help', '--help', '-h']);
const VERSION = new Set(['version', '--version', '-v']);

/** Reads the command line and runs one command. Commands are loaded only when called, so that each starts fast. */
export async function runCli(args: readonly string[], streams: Streams): Promise<ExitCode> {
  const [name, ...rest] = args;
  if (name === undefined || HELP.has(name)) {
    const commands = await Promise.all(Object.values(COMMANDS).map((load) => load()));
    writeLines(streams.out, overview(commands, streams.out));
    return name === undefined ? EXIT.usage : EXIT.good;
  }
  if (VERSION.has(name)) {
    writeLines(streams.out, [`governor ${ownVersion()}`]);
    return EXIT.good;
  }
  const load = Object.hasOwn(COMMANDS, name) ? COMMANDS[name as keyof typeof COMMANDS] : undefined;
  return load === undefined ? wrong(streams, unknownCommand(name)) : runCommand(await load(), rest, streams);
}

const NAME_CHARS_SHOWN = 60;

function unknownCommand(name: string): string {
  const near = nearest(name, Object.keys(COMMANDS));
  const hint = near === undefined ? 'governor help lists all' : `did you mean \`${near}\`?`;
  return `there is no command \`${name.slice(0, NAME_CHARS_SHOWN)}\`; ${hint}`;
}

async function runCommand(command: Command, args: readonly string[], streams: Streams): Promise<ExitCode> {
  const parsed = parseWords(command, args);
  if (!parsed.ok) return wrong(streams, `${command.name}: ${parsed.problem}\n${usageOf(command)}`);
  const { values, positionals: words } = parsed;
  if (values.help === true) {
    writeLines(streams.out, manualOf(command, streams.out));
    return EXIT.good;
  }
  const { min, max } = command.words;
  if (words.length < min || words.length > max) return wrong(streams, usageOf(command));
  try {
    return await command.run({ ...streams, words, options: values, json: values.json === true });
  } catch (fault) {
    tell(streams, `governor ${command.name}: ${sayFault(fault)}`);
    return fault instanceof GovernorError && fault.code === 'usage' ? EXIT.usage : EXIT.badNews;
  }
}

type Parsed = { ok: true; values: Record<string, string | boolean>; positionals: string[] } | { ok: false; problem: string };

function parseWords(command: Command, args: readonly string[]): Parsed {
  try {
    const options = Object.fromEntries(
      Object.entries({ ...COMMON_OPTIONS, ...command.options }).map(([name, { type }]) => [name, { type }]),
    );
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
    const given = Object.entries(values).flatMap(([name, value]) =>
      typeof value === 'string' || typeof value === 'boolean' ? [[name, value] as const] : [],
    );
    return { ok: true, values: Object.fromEntries(given), positionals };
  } catch (fault) {
    // Behind its first sentence Node tells how to write a word that begins with a dash; our usage line follows anyway.
    return { ok: false, problem: problemOf(fault).split(/[.\n]/)[0] ?? '' };
  }
}

function wrong(streams: Streams, problem: string): ExitCode {
  tell(streams, `governor: ${problem}`);
  return EXIT.usage;
}

const tell = ({ err }: Streams, text: string): void => writeLines(err, text.split('\n'));
