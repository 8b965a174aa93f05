import { z } from 'zod';
import { defined, withoutNulls } from '../defined.ts';
import { Block, Metadata } from '../store/messages.ts';
import { messageProblems } from '../validate/message.ts';
import { problemText } from '../validate/problem.ts';
import { type ApiAnswer, refuse } from './method.ts';

const ATTACHMENTS_MAX = 100;
const MARKDOWN_TEXT_MAX = 12_000;

/** The arguments that say what a message contains, in every method that writes one. */
export const ContentArguments = z.looseObject({
  text: z.string().optional(),
  blocks: z.unknown().optional(),
  attachments: z.unknown().optional(),
  markdown_text: z.string().optional(),
  metadata: z.unknown().optional(),
});
export type ContentArguments = z.infer<typeof ContentArguments>;

const Blocks = z.array(Block);
const Attachments = z.array(z.looseObject({}));

/** Fields that were given; `text` is absent only where the caller left it out. */
export type Content = {
  text?: string;
  blocks?: Block[];
  attachments?: z.infer<typeof Attachments>;
  metadata?: z.infer<typeof Metadata>;
};
export type ParsedContent = { ok: true; content: Content } | { ok: false; refusal: ApiAnswer };
/** Longer text is cut where Slack cuts it, and refused where it refuses. */
export type TextLimit = { max: number; cut: boolean };

/** Parses and validates a message's content; every refusal is the error Slack answers. */
export function parseContent(args: ContentArguments, limit: TextLimit): ParsedContent {
  const blocks = blocksOf(args);
  const attachments = Attachments.optional().safeParse(args.attachments);
  const metadata = Metadata.optional().safeParse(args.metadata);
  const refusal =
    absent(args) ??
    tooLong(args, limit) ??
    invalidBlocks(blocks) ??
    (attachments.success ? tooMany(attachments.data) : refuse('invalid_attachments')) ??
    (metadata.success ? undefined : refuse('invalid_metadata_format'));
  if (refusal !== undefined) return { ok: false, refusal };
  const content = {
    text: args.text?.slice(0, limit.max),
    blocks: Blocks.optional().parse(withoutNulls(blocks)),
    attachments: attachments.data,
    metadata: metadata.data,
  };
  return { ok: true, content: defined(content) };
}

function tooMany(attachments: readonly unknown[] | undefined): ApiAnswer | undefined {
  return attachments !== undefined && attachments.length > ATTACHMENTS_MAX ? refuse('too_many_attachments') : undefined;
}

/** `markdown_text` is one markdown block that stands for the whole message. */
function blocksOf({ blocks, markdown_text: markdown }: ContentArguments): unknown {
  return markdown === undefined ? blocks : [{ type: 'markdown', text: markdown }];
}

function absent({ text, blocks, attachments, markdown_text: markdown }: ContentArguments): ApiAnswer | undefined {
  if (markdown !== undefined && (text !== undefined || blocks !== undefined)) return refuse('markdown_text_conflict');
  const something = [blocks, attachments].some((list) => Array.isArray(list) && list.length > 0);
  // Blocks of a wrong type are the validator's to name.
  const wrong = blocks !== undefined && !Array.isArray(blocks);
  return something || wrong || (text ?? markdown ?? '') !== '' ? undefined : refuse('no_text');
}

function tooLong({ text, markdown_text: markdown }: ContentArguments, { max, cut }: TextLimit): ApiAnswer | undefined {
  const overflows = (!cut && (text ?? '').length > max) || (markdown ?? '').length > MARKDOWN_TEXT_MAX;
  return overflows ? refuse('msg_too_long') : undefined;
}

function invalidBlocks(blocks: unknown): ApiAnswer | undefined {
  if (blocks === undefined) return undefined;
  const problems = messageProblems(blocks);
  if (problems.length === 0) return undefined;
  if (problems.some(({ code }) => code === 'msg_blocks_too_long')) return refuse('msg_blocks_too_long');
  const texts = problems.map(problemText);
  return refuse('invalid_blocks', { errors: texts, response_metadata: { messages: texts.map((text) => `[ERROR] ${text}`) } });
}
