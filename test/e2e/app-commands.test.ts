import { expect, test } from 'vitest';
import type { AppPage } from './app-page.ts';
import { useAppPage } from './app-stage.ts';

// One app and one page for the whole file, as one person would use them; each test has a service of its own, so that
// none waits for another's lock.
let it: AppPage;
useAppPage((opened) => {
  it = opened;
});

test('a service that nothing names is refused with the known ones, and an approver may open it anyway', async () => {
  await it.as('visitor');
  await it.say('/incident warehouse-robots high arms do not move');
  const answer = it.privately('No service is called');
  await answer.waitFor();
  expect(await answer.textContent()).toContain('payments-api');
  await it.press(answer, 'open_anyway');
  await it.privately('not named').waitFor();
  expect(await it.card('warehouse-robots').count()).toBe(0);

  await it.as('oncall');
  await it.say('/incident warehouse-robots high arms do not move');
  await it.press(it.privately('No service is called'), 'open_anyway');
  await it.card('warehouse-robots').locator('[data-action-id=choose_action]').waitFor();
});

test('the answers to help, list, show and who are read by their author alone, and App Home lists what is open', async () => {
  await it.as('lead');
  const caseId = await it.caseId(it.card('warehouse-robots'));
  const asked: [string, string][] = [
    ['/incident help', '/incident override CASE reason'],
    ['/incident list', caseId],
    [`/incident show ${caseId}`, 'arms do not move'],
    [`/incident who ${caseId}`, 'Release what is held'],
    ['/incident payments-api urgent slow', '“urgent” is no severity'],
    ['/incident show inc-0000000000000', 'no case of that name'],
  ];
  for (const [command, part] of asked) {
    await it.say(command);
    await it.privately(part).waitFor();
  }
  await it.as('visitor');
  expect(await it.page.locator('article.is-ephemeral', { hasText: 'Release what is held' }).count()).toBe(0);
  await it.as('lead');
  await it.page.click('[data-app-home]');
  await it.page.locator('[data-home-view]', { hasText: caseId }).waitFor();
});

test('while it is paused nothing runs; whoever may override resumes, and what was ready goes on', async () => {
  await it.as('oncall');
  await it.say('/incident pause too many changes at once');
  await it.privately('Paused.').waitFor();
  await it.say('/incident notifications low send workers sit idle in front of a full queue');
  const card = it.card('notifications');
  await card.getByText('all execution is paused').waitFor();
  const caseId = await it.caseId(card);
  await it.say('/incident resume');
  await it.privately('not named').waitFor();
  expect(await it.ran(caseId)).toEqual([]);
  await it.as('lead');
  await it.page.click('[data-app-home]');
  await it.confirm(it.page.locator('[data-home-view]', { hasText: 'paused' }), 'resume_home');
  await it.page.click('[data-channel=incidents]');
  await card.getByText('Resolved').waitFor();
  expect(await it.ran(caseId)).toEqual(['restart_workers']);
});

test('whatever is typed into an incident is shown as the text it is', async () => {
  await it.as('oncall');
  const page = it.page;
  const texts = [
    '<!channel> and <@U0000LEAD>, see <https://evil.example|our runbook>',
    '```APPROVE``` `tick` *bold* _it_ ~gone~ &amp; <script>document.title = "taken"</script>',
    'start \u202Egnp.exe مرحبا 👩‍👩‍👧‍👦 end of it',
    `begin ${'x'.repeat(10_000)}`,
  ];
  for (const [index, text] of texts.entries()) {
    await it.say(`/incident search-index low case ${index}: ${text}`);
    const card = it.card('search-index').filter({ hasText: `case ${index}: ` });
    await card.locator('[data-action-id=reject]').waitFor();
    await expect.poll(() => page.locator('[data-composer-error=channel]').count()).toBe(0);
    const links = await card.locator('a').evaluateAll((all) => all.map((link) => link.getAttribute('href')));
    expect(links.filter((href) => !href?.startsWith('/tickets/') && !href?.includes('127.0.0.1'))).toEqual([]);
    const quote = (await card.locator('blockquote').first().textContent()) ?? '';
    expect(quote.startsWith(`case ${index}: ${text.slice(0, 5)}`)).toBe(true);
    expect(quote).not.toContain('\u202E');
    expect(await card.locator('blockquote .mention').count()).toBe(0);
  }
  expect(await page.title()).not.toBe('taken');
});
