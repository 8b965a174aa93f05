import type { GovernorConfig } from '../../contracts/config.ts';
import type { Connections } from './connections.ts';

/**
 * `slack`: a real workspace, or a sandbox hosted apart, by its tokens. `sandbox`: none given, so one is started inside.
 * `offline`: none given and none wanted; enough for commands that read the store.
 */
export type Mode = 'slack' | 'sandbox' | 'offline';

export type LogLevel = 'error' | 'warn' | 'info' | 'debug';

/** Absolute paths. */
export type Paths = {
  root: string;
  home: string;
  output: string;
  catalogue: string;
  policies: string | null;
  recorded: string | null;
  reliabilityScores: string;
  sampleLibrary: string;
  scenarios: string;
  world: string;
  manifest: string;
};

/** Everything the governor is started with, checked. Nothing else reads the environment or the config file. */
export type Settings = Connections & {
  mode: Mode;
  /** The world behind this installation is a simulated one; every card says so. */
  simulated: boolean;
  production: boolean;
  config: GovernorConfig;
  /** The config file that was read; null where the defaults hold. */
  configFile: string | null;
  paths: Paths;
  http: { host: string; port: number };
  logLevel: LogLevel;
  /** Values of the variables that the config names for its executors, by variable. */
  executorSecrets: Readonly<Record<string, string>>;
  /** Every secret value that must never leave; for redaction. */
  secrets: readonly string[];
  /** What is allowed but worth telling at the start, in sentences. */
  warnings: readonly string[];
};
