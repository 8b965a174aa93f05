import type { App } from '@slack/bolt';

/** Counts the listeners at work, so that an app can say whether it is idle. */
export function countInFlight(app: App): () => number {
  let running = 0;
  app.use(async ({ next }) => {
    running += 1;
    try {
      await next();
    } finally {
      running -= 1;
    }
  });
  return () => running;
}
