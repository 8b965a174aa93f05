/** 0 good; 1 the answer is bad news, a block among them; 2 wrong usage. */
export const EXIT = { good: 0, badNews: 1, usage: 2 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

export type Streams = { out: NodeJS.WritableStream; err: NodeJS.WritableStream };

export type Invocation = Streams & {
  /** What stands behind the command's name, options taken out. */
  words: readonly string[];
  options: Readonly<Record<string, string | boolean>>;
  json: boolean;
};

export type OptionSpec = { type: 'string' | 'boolean'; says: string };

export type Command = {
  name: string;
  /** Behind the name in the usage line. */
  usage: string;
  says: string;
  words: { min: number; max: number };
  options: Readonly<Record<string, OptionSpec>>;
  run(invocation: Invocation): Promise<ExitCode>;
};
