import { createReadStream, existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { OutputName, PartOf } from '../../contracts/bundle.ts';
import type { Entry } from '../../contracts/entry.ts';
import { ToolCall } from '../../contracts/tool-call.ts';
import type { CaseState } from '../../pipeline/case-state.ts';
import type { Hide } from '../app/without-secrets.ts';
import { reliabilityLines } from '../outputs/reliability-lines.ts';
import { runLines } from '../outputs/run-lines.ts';
import { workflowLines } from '../outputs/workflow-lines.ts';
import { hiddenTexts } from './hidden-texts.ts';
import { told } from './sound-part.ts';

type Draw = (entry: Entry, state: CaseState) => readonly Record<string, unknown>[];
const DRAWN: readonly (readonly [OutputName, Draw])[] = [
  ['agent_runs', runLines],
  ['reliability_metrics', reliabilityLines],
  ['workflow_events', workflowLines],
];

/**
 * The lines that the entries give, by the very functions that write the files. Drawn anew they are complete, whichever home
 * wrote which of them and whatever was put aside since; and whoever has the entries can draw them again.
 */
export function* drawnLines(entries: readonly Entry[]): Generator<PartOf<'output'>> {
  for (const [file, draw] of DRAWN)
    for (const { entry, state } of told(entries)) for (const line of draw(entry, state)) yield { part: 'output', file, line };
}

/** Calls of tools about this case, from this home's own file: no entry holds them. */
export async function* toolLines(folder: string, caseId: string, hide: Hide): AsyncGenerator<PartOf<'output'>> {
  const file = join(folder, 'tool_trace.jsonl');
  for (const path of [`${file}.1`, file].filter((one) => existsSync(one))) {
    for await (const text of createInterface({ input: createReadStream(path, 'utf8'), crlfDelay: Number.POSITIVE_INFINITY })) {
      const call = text.includes(caseId) ? parsed(text) : null;
      if (call?.case_id === caseId) yield { part: 'output', file: 'tool_trace', line: hiddenTexts(call, hide) };
    }
  }
}

function parsed(text: string): ToolCall | null {
  try {
    return ToolCall.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    // A process that was ended in the midst of a line left half of one; readers of these files skip what does not parse.
    return null;
  }
}
