import { afterAll, afterEach, beforeAll, beforeEach, onTestFailed } from 'vitest';
import { type AppPage, openAppPage } from './app-page.ts';

/** Opens the app and its page before the file's first test and closes both behind its last one. */
export function useAppPage(opened: (it: AppPage) => void): void {
  let it: AppPage | undefined;
  beforeAll(async () => {
    it = await openAppPage();
    opened(it);
  });
  afterAll(() => it?.close());
  beforeEach(() => onTestFailed(async ({ task }) => void process.stderr.write(`${task.name}\n${await it?.report()}\n`)));
  afterEach(async () => {
    // A test that failed half-way leaves its dialog; the next one starts in the channel all the same.
    for (const left of ['[data-confirm-deny]', '[data-modal-close]']) {
      if (await it?.page.locator(left).first().isVisible()) await it?.page.locator(left).first().click();
    }
    await it?.page.click('[data-channel=incidents]');
  });
}
