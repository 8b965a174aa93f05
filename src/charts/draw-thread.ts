import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { GovernorError } from '../../pipeline/errors.ts';
import type { RecoverySeries } from './recovery-series.ts';

const TIMEOUT_MS = 30_000;

/** Draws in a thread of its own: loading and drawing take a second, in which no click could be answered. */
export async function drawInThread(series: RecoverySeries): Promise<Uint8Array> {
  const worker = new Worker(new URL('./draw-worker.ts', import.meta.url), { workerData: series });
  try {
    const [png]: unknown[] = await once(worker, 'message', { signal: AbortSignal.timeout(TIMEOUT_MS) });
    if (png instanceof Uint8Array) return png;
    throw new GovernorError('no_picture', 'the drawing thread gave no picture');
  } finally {
    await worker.terminate();
  }
}
