import { type Message, paragraph, quote, rich } from './blocks.ts';
import { laidOut } from './layout.ts';
import { bold, code, line, plainText } from './line.ts';
import { prose } from './text.ts';

/** What does not fit into one quotation nobody reads under a card. */
const TEXT_CHARS = 2_500;

/** A planner's own words about a refusal. They follow the rule's text, change nothing, and are marked as what they are. */
export function explanationNote({ text, planner, name }: { text: string; planner: string; name: string }): Message {
  const first = line`${bold('What the planner says to the refusal')} (text of a model, ${code(planner)}; the rule holds, whatever stands here):`;
  const blocks = rich(paragraph(first), quote(prose(text).trim(), TEXT_CHARS));
  return { text: plainText(first), blocks: laidOut([{ name, blocks, keep: true }], 0) };
}
