/** One red pixel, as PNG in base64. */
export const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC';

const RIFF_HEAD_BYTES = 44;
const SAMPLES_PER_SECOND = 8_000;

/** Silence that takes no time: a WAV file without a sample, in base64. */
export function silence(): string {
  const head = Buffer.alloc(RIFF_HEAD_BYTES);
  head.write('RIFF', 0);
  head.writeUInt32LE(RIFF_HEAD_BYTES - 8, 4);
  head.write('WAVEfmt ', 8);
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(1, 22);
  head.writeUInt32LE(SAMPLES_PER_SECOND, 24);
  head.writeUInt32LE(SAMPLES_PER_SECOND, 28);
  head.writeUInt16LE(1, 32);
  head.writeUInt16LE(8, 34);
  head.write('data', 36);
  return head.toString('base64');
}
