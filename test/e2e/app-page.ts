import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Locator, Page } from 'playwright-core';
import { CatalogueFile } from '../../contracts/catalogue.ts';
import { GovernorConfig } from '../../contracts/config.ts';
import { type Child, ROOT, startGovernorChild } from '../fixtures/child.ts';
import { type ControlClient, createControlClient } from '../fixtures/control-client.ts';
import { launchBrowser } from './browser.ts';

const CASE_ID = /\binc-[0-9a-z]{13}\b/;
/** Long enough for a person to press Hold, short enough for a test. */
const HOLD_WINDOW_S = 2.5;
const STEP_MS_MAX = 15_000;
const RECOVERY = { settle_s: 0.1, window_s: 0.8 };

const readJson = (file: string): unknown => JSON.parse(readFileSync(join(ROOT, file), 'utf8'));

/** The shipped sandbox with shorter times and nothing else changed. */
function writeSettings(home: string): string {
  const catalogue = CatalogueFile.parse(readJson('data/catalogue.json'));
  const actions = catalogue.actions.map((action) => ({ ...action, recovery: { ...action.recovery, ...RECOVERY } }));
  writeFileSync(join(home, 'catalogue.json'), JSON.stringify({ ...catalogue, actions }));
  const config = GovernorConfig.parse({
    ...GovernorConfig.parse(readJson('data/sandbox.config.json')),
    hold_window_s: HOLD_WINDOW_S,
    cooldown_s: 0,
    card_interval_s: 0.1,
    paths: { catalogue: join(home, 'catalogue.json') },
  });
  const file = join(home, 'governor.config.json');
  writeFileSync(file, JSON.stringify(config));
  return file;
}

export type Account = 'oncall' | 'lead' | 'visitor' | 'guest';

/** The app as `npm start` runs it, and its page in a browser, by what a person does there. */
export type AppPage = {
  page: Page;
  control: ControlClient;
  app: Child;
  as(account: Account): Promise<void>;
  /** Types into the channel and waits until the page has sent it. */
  say(text: string): Promise<void>;
  /** The newest card about a service. */
  card(service: string): Locator;
  caseId(card: Locator): Promise<string>;
  /** The newest answer that only the account on show sees. */
  privately(text: string | RegExp): Locator;
  press(within: Locator, actionId: string): Promise<void>;
  /** Presses a button that asks again, and says yes. */
  confirm(within: Locator, actionId: string): Promise<void>;
  reply(card: Locator, text: string): Promise<void>;
  /** What the card says, to the byte, as Slack has it. */
  bytes(card: Locator): Promise<string>;
  ran(caseId: string): Promise<string[]>;
  /** What a person needs to understand a failure: the newest messages, private ones too, and the end of the app's log. */
  report(): Promise<string>;
  close(): Promise<void>;
};

export async function openAppPage(): Promise<AppPage> {
  const home = mkdtempSync(join(tmpdir(), 'governor-page-'));
  const env = { GOVERNOR_HOME: home, GOVERNOR_CONFIG: writeSettings(home), PORT: '0', LOG_LEVEL: 'warn' };
  const app = await startGovernorChild('app', ['start'], env, 1);
  const browser = await launchBrowser();
  const { page, complaints } = await openPage(browser, app.lines[0] ?? '');
  const control = createControlClient(app.lines[0] ?? '');

  const composer = (kind: 'channel' | 'thread') => page.locator(`[data-composer=${kind}]`);
  const send = async (kind: 'channel' | 'thread', text: string): Promise<void> => {
    await composer(kind).fill(text);
    await composer(kind).press('Enter');
    await page.waitForFunction(
      (name) => document.querySelector<HTMLTextAreaElement>(`[data-composer=${name}]`)?.value === '',
      kind,
    );
  };
  const tsOf = async (card: Locator): Promise<string> => (await card.getAttribute('data-ts')) ?? '';
  return {
    page,
    control,
    app,
    as: (account) => page.click(`[data-act-as=${account}]`),
    say: (text) => send('channel', text),
    card: (service) =>
      page.locator('.channel-pane article[data-user=governor]:not(.is-ephemeral)', { hasText: `${service} · ` }).last(),
    async caseId(card) {
      const text = (await card.textContent()) ?? '';
      return CASE_ID.exec(text)?.[0] ?? text;
    },
    privately: (text) => page.locator('article.is-ephemeral', { hasText: text }).last(),
    press: (within, actionId) => within.locator(`[data-action-id=${actionId}]`).click(),
    async confirm(within, actionId) {
      await within.locator(`[data-action-id=${actionId}]`).click();
      await page.click('[data-confirm-accept]');
    },
    async reply(card, text) {
      const ts = await tsOf(card);
      if ((await page.locator(`[data-thread="${ts}"]`).count()) === 0) {
        await card.hover();
        await page.click(`.channel-pane [data-reply-in-thread="${ts}"]`);
      }
      await send('thread', text);
    },
    async bytes(card) {
      const ts = await tsOf(card);
      const { text, blocks } = (await control.messages('channel=incidents')).find((message) => message.ts === ts) ?? {};
      return JSON.stringify({ text, blocks });
    },
    ran: async (caseId) => (await control.effects()).filter((effect) => effect.case_id === caseId).map(({ action }) => action),
    async report() {
      const newest = (await control.messages()).slice(-8);
      const said = newest.map(
        ({ user, ephemeral_to, text }) => `${user}${ephemeral_to ? ` to ${ephemeral_to} alone` : ''}: ${text.slice(0, 200)}`,
      );
      return [...said, app.logTail(15)].join('\n');
    },
    async close() {
      await browser.close();
      await app.end('SIGTERM');
      rmSync(home, { recursive: true, force: true, maxRetries: 5 });
      if (complaints.length > 0) throw new Error(`the page complained: ${complaints.join('; ')}`);
    },
  };
}

async function openPage(browser: Browser, url: string): Promise<{ page: Page; complaints: string[] }> {
  // Tall enough that a whole card and what stands under it can be pressed without scrolling.
  const page = await browser.newPage({ viewport: { width: 1360, height: 1600 } });
  page.setDefaultTimeout(STEP_MS_MAX);
  const complaints: string[] = [];
  page.on('pageerror', (fault) => complaints.push(fault.message));
  await page.goto(url);
  await page.locator('[data-link=live]', { hasText: 'Live' }).waitFor();
  return { page, complaints };
}
