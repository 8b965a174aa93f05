/**
 * The answer, or the signal's reason as soon as it is given. What was asked goes on unheard: a store's search cannot be
 * called back, but nobody waits for it any more.
 */
export async function abortable<T>(signal: AbortSignal, ask: () => Promise<T>): Promise<T> {
  signal.throwIfAborted();
  const aborted = Promise.withResolvers<never>();
  const stop = (): void => aborted.reject(signal.reason);
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await Promise.race([ask(), aborted.promise]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
