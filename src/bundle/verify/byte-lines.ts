/** A line as its bytes, without its line feed; `ended` is false where the file stops without one. */
export type ByteLine = { bytes: Buffer; ended: boolean };

const LINE_FEED = 0x0a;
/** Twice what the longest entry makes of itself; whatever is longer is no line of a bundle. */
export const LINE_BYTES_MAX = 128 * 1024 * 1024;

/** Lines by their very bytes, because it is those that were hashed. Throws RangeError where one grows too long to be held. */
export async function* byteLines(chunks: AsyncIterable<Buffer>): AsyncGenerator<ByteLine> {
  let held: Buffer[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    let from = 0;
    for (let at = chunk.indexOf(LINE_FEED); at !== -1; at = chunk.indexOf(LINE_FEED, from)) {
      yield { bytes: Buffer.concat([...held, chunk.subarray(from, at)]), ended: true };
      held = [];
      length = 0;
      from = at + 1;
    }
    const rest = chunk.subarray(from);
    length += rest.length;
    if (length > LINE_BYTES_MAX) throw new RangeError(`a line has more than ${LINE_BYTES_MAX} bytes`);
    if (rest.length > 0) held.push(rest);
  }
  if (held.length > 0) yield { bytes: Buffer.concat(held), ended: false };
}
