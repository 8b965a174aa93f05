import { bullets, context, type Message, paragraph, rich, title } from './blocks.ts';
import { type CaseLine, caseLine } from './case-line.ts';
import { plural } from './figures.ts';
import { laidOut, thatFit } from './layout.ts';
import { code, line, plainText, words } from './line.ts';

const CASES_SHOWN = 20;
/** Ours: an answer that is no update of anything still wants ids. */
const SEQ = 0;

/** The answer to `/incident list`: the open cases, the newest first, and what each waits for. */
export function listMessage(cases: readonly CaseLine[], { hosts = [] }: { hosts?: readonly string[] } = {}): Message {
  const lines = cases.map((item) => caseLine(item, hosts));
  const shown = thatFit(lines, CASES_SHOWN);
  const more = cases.length - shown.length;
  const none = paragraph(line`No case is open. ${code('/incident service severity what happens')} opens one.`);
  const heading = plural(cases.length, 'open case');
  const blocks = [
    ...(shown.length === 0 ? rich(none) : rich(title(heading), bullets(shown))),
    ...(more > 0 ? [context(line`… ${more} more; ${code('governor cases')} on the command line lists them all`)] : []),
  ];
  return { text: plainText(line`${words(heading)}`), blocks: laidOut([{ name: 'list', blocks, keep: true }], SEQ) };
}
