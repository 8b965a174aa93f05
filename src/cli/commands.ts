import type { Command } from './command.ts';

/** Every command by its name, each loaded when it is called. */
export const COMMANDS = {
  start: async (): Promise<Command> => (await import('./commands/start.ts')).start,
  sandbox: async (): Promise<Command> => (await import('./commands/sandbox.ts')).sandbox,
  cases: async (): Promise<Command> => (await import('./commands/cases.ts')).cases,
  show: async (): Promise<Command> => (await import('./commands/show.ts')).show,
  who: async (): Promise<Command> => (await import('./commands/who.ts')).who,
  load: async (): Promise<Command> => (await import('./commands/load.ts')).load,
  documents: async (): Promise<Command> => (await import('./commands/documents.ts')).documents,
  runbooks: async (): Promise<Command> => (await import('./commands/runbooks.ts')).runbooks,
  purge: async (): Promise<Command> => (await import('./commands/purge.ts')).purge,
  rebuild: async (): Promise<Command> => (await import('./commands/rebuild.ts')).rebuild,
  pause: async (): Promise<Command> => (await import('./commands/pause.ts')).pause,
  tickets: async (): Promise<Command> => (await import('./commands/tickets.ts')).tickets,
  clusters: async (): Promise<Command> => (await import('./commands/clusters.ts')).clusters,
  decide: async (): Promise<Command> => (await import('./commands/decide.ts')).decide,
  audit: async (): Promise<Command> => (await import('./commands/audit.ts')).audit,
  doctor: async (): Promise<Command> => (await import('./commands/doctor.ts')).doctor,
  run: async (): Promise<Command> => (await import('./commands/run.ts')).run,
  simulate: async (): Promise<Command> => (await import('./commands/simulate.ts')).simulate,
  mcp: async (): Promise<Command> => (await import('./commands/mcp.ts')).mcp,
  demo: async (): Promise<Command> => (await import('./commands/demo.ts')).demo,
} as const;
