import { hashOf } from '../../../pipeline/hash.ts';
import { drawnLines } from '../output-lines.ts';
import { fault, note } from './finding.ts';
import type { Check } from './subject.ts';

/** The lines of the output files are those that the entries give; calls of tools stand in no entry and are left out. */
export const checkOutputs: Check = ({ entries, outputs, isOwnVersion }) => {
  const drawn = Array.from(drawnLines(entries), ({ file, line }) => ({ file, hash: hashOf(line) }));
  const there = outputs.filter(({ file }) => file !== 'tool_trace');
  const at = Array.from({ length: Math.max(drawn.length, there.length) }, (_, index) => index).find(
    (index) => drawn[index]?.file !== there[index]?.file || drawn[index]?.hash !== there[index]?.hash,
  );
  if (at === undefined) return [];
  const line = there[at]?.line;
  const where = line === undefined ? {} : { line };
  const detail = `of ${drawn.length} lines that the entries give, the first ${at} are here as they are drawn`;
  return [
    isOwnVersion
      ? fault('outputs', 'output_differs', detail, where)
      : note('outputs', 'output_differs', `${detail}; another version drew them`, where),
  ];
};
