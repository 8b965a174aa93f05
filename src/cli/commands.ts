import type { Command } from './command.ts';

/** Every command by its name, each loaded when it is called. */
export const COMMANDS = {
  start: async (): Promise<Command> => (await import('./commands/start.ts')).start,
  sandbox: async (): Promise<Command> => (await import('./commands/sandbox.ts')).sandbox,
} as const;
