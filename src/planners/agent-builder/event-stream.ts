import { createParser } from 'eventsource-parser';
import { problemOf } from '../../../pipeline/errors.ts';
import { kibanaFault } from './faults.ts';

export type StreamEvent = { name: string; content: unknown };

const BYTES_MAX = 16 * 1024 * 1024;
const EVENT_CHARS_MAX = 8 * 1024 * 1024;

/**
 * Gives each event of a stream as it comes, until `onEvent` returns true or the stream ends. The content type is not
 * looked at: in front of Elastic Cloud it is that of plain bytes. Throws `kibana_cut` where the line breaks.
 */
export async function readEvents(
  response: Response,
  signal: AbortSignal,
  onEvent: (event: StreamEvent) => boolean,
): Promise<void> {
  let isDone = false;
  let isTooLarge = false;
  const parser = createParser({
    maxBufferSize: EVENT_CHARS_MAX,
    onEvent: ({ event = 'message', data }) => {
      if (!isDone) isDone = onEvent({ name: event, content: contentOf(data) });
    },
    onError: ({ type }) => {
      if (type === 'max-buffer-size-exceeded') isTooLarge = true;
    },
  });
  const decoder = new TextDecoder();
  let bytes = 0;
  for await (const chunk of chunksOf(response, signal)) {
    bytes += chunk.byteLength;
    parser.feed(decoder.decode(chunk, { stream: true }));
    if (isTooLarge || bytes > BYTES_MAX) throw kibanaFault('kibana_too_large');
    // Leaving the loop gives the connection back.
    if (isDone) return;
  }
}

async function* chunksOf(response: Response, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of response.body ?? []) yield chunk;
  } catch (fault) {
    throw signal.aborted ? signal.reason : kibanaFault('kibana_cut', problemOf(fault), fault);
  }
}

/** Each event wraps what it says as {data}; an event that cannot be read says nothing. */
function contentOf(text: string): unknown {
  try {
    const parsed: unknown = JSON.parse(text);
    const isWrapped = typeof parsed === 'object' && parsed !== null && 'data' in parsed;
    return isWrapped ? parsed.data : parsed;
  } catch {
    // Padding of a proxy, or half an event: what matters comes again whole at the end of the round, or is missed there.
    return undefined;
  }
}
