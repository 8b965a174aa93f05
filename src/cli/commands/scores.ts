import { GovernorError } from '../../../pipeline/errors.ts';
import { scoresOfSettings } from '../../app/scores.ts';
import { readConfig } from '../../config.ts';
import { runExperiment } from '../../scores/experiment.ts';
import { FRAMEWORKS, type Framework } from '../../scores/frameworks.ts';
import type { Command, ExitCode, Invocation } from '../command.ts';
import { EXIT } from '../command.ts';
import { faint, type Line, print, strong } from '../print.ts';

/** What is known of a model's reliability, and the way to have a framework's service measure one. No score loosens a decision. */
export const scores: Command = {
  name: 'scores',
  usage: 'show MODEL | measure ddft|cdct|eect MODEL [--concepts a,b]',
  says: 'shows what is known of a model: measured, published or unknown; or has a score service measure it',
  words: { min: 2, max: 3 },
  options: { concepts: { type: 'string', says: 'what it is measured on, with commas; the service’s own choice unless given' } },
  async run(invocation) {
    const [verb, ...rest] = invocation.words;
    if (verb === 'show' && rest.length === 1) return show(rest[0] ?? '', invocation);
    if (verb === 'measure' && rest.length === 2) return measure(frameworkOf(rest[0]), rest[1] ?? '', invocation);
    throw new GovernorError('usage', 'scores takes `show MODEL` or `measure FRAMEWORK MODEL`');
  },
};

function frameworkOf(word: string | undefined): Framework {
  const found = FRAMEWORKS.find((framework) => framework === word?.toLowerCase());
  if (found === undefined) throw new GovernorError('usage', `a framework is one of ${FRAMEWORKS.join(', ')}`);
  return found;
}

async function show(model: string, invocation: Invocation): Promise<ExitCode> {
  const clients = scoresOfSettings(readConfig({ slack: 'unneeded' })).scores;
  const readings = await Promise.all(
    FRAMEWORKS.map(async (framework) => ({ framework, ...(await clients.read(framework, model)) })),
  );
  print(invocation, { model, readings }, () => readings.flatMap(linesOf));
  return readings.some(({ source }) => source !== 'unknown') ? EXIT.good : EXIT.badNews;
}

type Shown = {
  framework: Framework;
  figures: Record<string, { value: number | null; source: string }>;
  as_of: string | null;
  note: string;
};

const linesOf = ({ framework, figures, as_of, note }: Shown): Line[] => [
  [strong(framework.toUpperCase()), as_of === null ? '' : `  as of ${as_of}`],
  ...Object.entries(figures).map(([name, { value, source }]): Line => [`  ${name}  ${value ?? '-'}  `, faint(source)]),
  ...(note === '' ? [] : [['  ', faint(note)]]),
];

async function measure(framework: Framework, model: string, invocation: Invocation): Promise<ExitCode> {
  const { concepts } = invocation.options;
  const named = typeof concepts === 'string' ? { concepts: concepts.split(',').map((one) => one.trim()) } : {};
  const answer = await runExperiment({ urls: readConfig({ slack: 'unneeded' }).scores }, { framework, model, ...named });
  const told = answer.ok ? `${framework} of ${model}: ${answer.status}` : `${framework} of ${model} is not measured`;
  print(invocation, { framework, model, ...answer }, () => [
    told,
    ...(answer.message === '' ? [] : [['  ', faint(answer.message)]]),
  ]);
  return answer.ok ? EXIT.good : EXIT.badNews;
}
