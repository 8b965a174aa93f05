import { BundleLine } from '../../../contracts/bundle.ts';
import { parseStrictJson } from '../../../pipeline/strict-json.ts';
import { LINE_BYTES_MAX } from './byte-lines.ts';

export type ParsedLine = { ok: true; line: BundleLine } | { ok: false; problem: string };

const DEPTH_MAX = 60;

/** A line of a bundle. Keys given twice are refused: two readers must never see two different entries in one line. */
export function parseLine(bytes: Buffer): ParsedLine {
  const text = decoded(bytes);
  if (text === null) return { ok: false, problem: 'it is not UTF-8 text' };
  const json = parseStrictJson(text, { bytesMax: LINE_BYTES_MAX, depthMax: DEPTH_MAX });
  if (!json.ok) return json;
  const line = BundleLine.safeParse(json.value);
  if (line.success) return { ok: true, line: line.data };
  const issue = line.error.issues[0];
  return { ok: false, problem: `it is no line of a bundle: ${issue?.path.join('.') || 'part'}: ${issue?.message ?? 'unknown'}` };
}

function decoded(bytes: Buffer): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    // The only thing that this decoder throws for; whoever asked says it.
    return null;
  }
}
