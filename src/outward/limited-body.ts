/** The body as text. Throws as soon as it grows beyond `bytesMax`, so that no answer can fill the memory. */
export async function readLimited(response: Response, bytesMax: number): Promise<string> {
  if (response.body === null) return '';
  const chunks: Uint8Array[] = [];
  let length = 0;
  // Leaving the loop by throwing cancels the stream, and with it the connection.
  for await (const chunk of response.body) {
    length += chunk.byteLength;
    if (length > bytesMax) throw new RangeError(`the answer is larger than ${bytesMax} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
