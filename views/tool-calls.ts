import type { ToolCall } from '../contracts/tool-call.ts';
import { bullets, type Message, paragraph, rich } from './blocks.ts';
import { laidOut } from './layout.ts';
import { code, data, firstFew, joined, type Line, line, plainText, words } from './line.ts';

const CALLS_SHOWN = 20;
const IDS_SHOWN = 8;
const ARGUMENT_CHARS = 200;

const OUTCOME: Record<ToolCall['outcome'], string> = { answered: 'answered', refused: 'refused', failed: 'failed' };

/** What an agent asked our tools about a case, and which documents it was given: told in the thread, deciding nothing. */
export function toolCallsNote(calls: readonly ToolCall[], name: string): Message {
  const clients = [...new Set(calls.map(({ client }) => client ?? 'an agent'))];
  const first = line`Evidence was asked for by ${firstFew(
    clients.map((client) => [data(client, 100)]),
    2,
  )}:`;
  const more = calls.length - CALLS_SHOWN;
  const items = [...calls.slice(0, CALLS_SHOWN).map(callLine), ...(more > 0 ? [line`… ${more} more`] : [])];
  const blocks = rich(paragraph(first), bullets(items));
  return { text: plainText(joined([first, ...items], ' ')), blocks: laidOut([{ name, blocks, keep: true }], 0) };
}

function callLine({ tool, arguments: asked, outcome, error_code, document_ids, ms }: ToolCall): Line {
  const end = error_code === null ? words(OUTCOME[outcome]) : line`${words(OUTCOME[outcome])} (${code(error_code)})`;
  const found =
    document_ids.length === 0
      ? line`no document`
      : firstFew(
          document_ids.map((id) => [code(id)]),
          IDS_SHOWN,
        );
  return line`${code(tool)} ${data(asked, ARGUMENT_CHARS)}: ${end} in ${Math.round(ms)} ms, ${found}`;
}
