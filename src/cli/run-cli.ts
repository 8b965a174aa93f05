import { parseArgs } from 'node:util';
import { GovernorError, problemOf } from '../../pipeline/errors.ts';
import type { Command, ExitCode, OptionSpec, Streams } from './command.ts';
import { EXIT } from './command.ts';
import { COMMANDS } from './commands.ts';

const COMMON: Record<string, OptionSpec> = {
  json: { type: 'boolean', says: 'prints JSON' },
  help: { type: 'boolean', says: 'prints this' },
};

/** Reads the command line and runs one command. Commands are loaded only when called, so that each starts fast. */
export async function runCli(args: readonly string[], streams: Streams): Promise<ExitCode> {
  const [name, ...rest] = args;
  if (name === undefined || name === 'help' || name === '--help') {
    streams.out.write(await overview());
    return name === undefined ? EXIT.usage : EXIT.good;
  }
  const load = Object.hasOwn(COMMANDS, name) ? COMMANDS[name as keyof typeof COMMANDS] : undefined;
  if (load === undefined) return wrong(streams, `there is no command \`${name}\`; known: ${Object.keys(COMMANDS).join(', ')}`);
  return runCommand(await load(), rest, streams);
}

async function runCommand(command: Command, args: readonly string[], streams: Streams): Promise<ExitCode> {
  const parsed = parseWords(command, args);
  if (!parsed.ok) return wrong(streams, `${parsed.problem}\n${usageOf(command)}`);
  const { values, positionals: words } = parsed;
  if (values.help === true) {
    streams.out.write(`${manualOf(command)}\n`);
    return EXIT.good;
  }
  const { min, max } = command.words;
  if (words.length < min || words.length > max) return wrong(streams, usageOf(command));
  try {
    return await command.run({ ...streams, words, options: values, json: values.json === true });
  } catch (fault) {
    streams.err.write(`governor ${command.name}: ${problemOf(fault)}\n`);
    return fault instanceof GovernorError && fault.code === 'usage' ? EXIT.usage : EXIT.badNews;
  }
}

type Parsed = { ok: true; values: Record<string, string | boolean>; positionals: string[] } | { ok: false; problem: string };

function parseWords(command: Command, args: readonly string[]): Parsed {
  try {
    const options = Object.fromEntries(
      Object.entries({ ...COMMON, ...command.options }).map(([name, { type }]) => [name, { type }]),
    );
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
    const given = Object.entries(values).flatMap(([name, value]) =>
      typeof value === 'string' || typeof value === 'boolean' ? [[name, value] as const] : [],
    );
    return { ok: true, values: Object.fromEntries(given), positionals };
  } catch (fault) {
    return { ok: false, problem: problemOf(fault) };
  }
}

const usageOf = ({ name, usage }: Command): string => `usage: governor ${name}${usage === '' ? '' : ` ${usage}`}`;

function manualOf(command: Command): string {
  const options = Object.entries({ ...command.options, ...COMMON }).map(
    ([name, { type, says }]) => `  --${name}${type === 'string' ? ' VALUE' : ''}  ${says}`,
  );
  return [command.says, '', usageOf(command), ...options].join('\n');
}

async function overview(): Promise<string> {
  const commands = await Promise.all(Object.values(COMMANDS).map((load) => load()));
  const width = Math.max(...commands.map(({ name, usage }) => name.length + usage.length + 1));
  const lines = commands.map(({ name, usage, says }) => `  ${`${name} ${usage}`.padEnd(width)}  ${says}`);
  return [
    'The Safety Governor: stands between AI agents and production.',
    '',
    ...lines,
    '',
    'Each takes --json and --help. Exit codes: 0 good, 1 bad news (a block among them), 2 wrong usage.',
    '',
  ].join('\n');
}

function wrong({ err }: Streams, problem: string): ExitCode {
  err.write(`governor: ${problem}\n`);
  return EXIT.usage;
}
