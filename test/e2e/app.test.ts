import { expect, test } from 'vitest';
import type { AppPage } from './app-page.ts';
import { useAppPage } from './app-stage.ts';

// One app and one page for the whole file, as one person would use them; each test has a service of its own, so that
// none waits for another's lock.
let it: AppPage;
useAppPage((opened) => {
  it = opened;
});

const BLOCKED = '/incident payments-api high P99 latency of the API up sharply, workers wait for database connections';
const SLOW_BATCH = 'medium queue lag up 35 %, workers slow, no saturation';

test('a refused plan is shown with what speaks against it, and only the right people decide about it', async () => {
  await it.as('oncall');
  await it.say(BLOCKED);
  const card = it.card('payments-api');
  await card.locator('[data-task-status=in_progress]').first().waitFor();
  await card.locator('[data-action-id=approve]').waitFor();
  expect(await card.locator('[data-task-status]').count()).toBe(0);
  const text = (await card.textContent()) ?? '';
  for (const part of ['Blocked', 'restart_api_pods', 'ev-101', 'ev-102', 'pol-approval-01', 'ev-100', 'simulated']) {
    expect(text).toContain(part);
  }

  await it.as('visitor');
  const before = await it.bytes(card);
  await it.confirm(card, 'approve');
  const refusal = it.privately('not counted');
  await refusal.waitFor();
  expect(await refusal.textContent()).toContain('@lead may approve it');
  expect(await it.bytes(card)).toBe(before);

  await it.as('lead');
  expect(await it.page.locator('article.is-ephemeral', { hasText: 'not counted' }).count()).toBe(0);
  await it.confirm(card, 'reject');
  await card.getByText('Rejected by').waitFor();
  expect(await card.locator('button[data-action-id]').count()).toBe(0);
  expect(await it.ran(await it.caseId(card))).toEqual([]);
});

test('a good plan runs by itself, the service recovers, the ledger and the ticket agree, and its runbook is accepted', async () => {
  await it.as('oncall');
  await it.say(`/incident billing-batch ${SLOW_BATCH}`);
  const card = it.card('billing-batch');
  await card.locator('[data-action-id=hold]').waitFor();
  await it.page.locator('[data-service=billing-batch][data-status=incident]').waitFor();
  await card.getByText('Resolved').waitFor();
  await it.page.locator('[data-service=billing-batch][data-status=healthy]').waitFor();
  const caseId = await it.caseId(card);
  expect(await it.ran(caseId)).toEqual(['scale_worker_pool']);

  await it.page.click('[data-drawer=ledger]');
  const execution = it.page.locator('[data-execution]', { hasText: caseId });
  await execution.waitFor();
  expect(await execution.textContent()).toContain('workers=8');
  await it.page.click('[data-drawer=tickets]');
  await it.page.locator('[data-ticket]', { hasText: caseId }).getByText('done').waitFor();
  await it.page.click('[data-drawer=tickets]');

  await it.as('lead');
  await it.press(card, 'accept_runbook');
  await card.getByText('· accepted').waitFor();
  expect(await card.locator('button[data-action-id]').count()).toBe(0);
});

test('on a critical case APPROVE is refused; an override asks for the case and a reason, and then it runs', async () => {
  await it.as('oncall');
  await it.say('/incident checkout-web critical checkout answers 500 right after the release of this morning');
  const card = it.card('checkout-web');
  await card.locator('[data-action-id=override]').waitFor();
  expect(await card.locator('[data-action-id=approve]').count()).toBe(0);
  const caseId = await it.caseId(card);

  await it.as('lead');
  await it.reply(card, 'ok');
  await it.reply(card, 'APPROVE');
  await it.page.locator('.thread-pane article.is-ephemeral', { hasText: 'APPROVE does not pass critical severity' }).waitFor();
  expect(await it.ran(caseId)).toEqual([]);

  await it.press(card, 'override');
  const form = it.page.locator('[data-modal]');
  await form.locator('[data-block-id=override_case]').fill('inc-0000000000000');
  await form.locator('[data-block-id=override_reason]').fill('the release is known to be bad');
  await it.page.click('[data-modal-submit]');
  await it.page.locator('[data-field-error=override_case]').waitFor();
  expect(await it.ran(caseId)).toEqual([]);
  await form.locator('[data-block-id=override_case]').fill(caseId);
  await it.page.click('[data-modal-submit]');
  await form.waitFor({ state: 'detached' });
  await card.getByText('Resolved').waitFor();
  expect(await card.textContent()).toContain('the release is known to be bad');
  expect(await it.ran(caseId)).toEqual(['rollback_release']);
});

test('a hold stops what would run by itself until somebody who may release it does', async () => {
  await it.as('oncall');
  await it.say('/incident cdn-edge medium edge serves cached error pages although the origin is well again');
  const card = it.card('cdn-edge');
  await card.locator('[data-action-id=hold]').waitFor();
  await it.as('visitor');
  await it.press(card, 'hold');
  await card.getByText('Held by').waitFor();
  const caseId = await it.caseId(card);
  await it.reply(card, 'RELEASE');
  await it.page.locator('.thread-pane article.is-ephemeral', { hasText: 'not counted' }).waitFor();
  expect(await it.ran(caseId)).toEqual([]);
  await it.as('lead');
  await it.reply(card, 'release');
  await card.getByText('Resolved').waitFor();
  expect(await it.ran(caseId)).toEqual(['purge_cdn_cache']);
});

test('a reply decides only when it is the word alone', async () => {
  await it.as('oncall');
  await it.say('/incident inventory-db medium writes to the primary database stall, disk reports errors, replica healthy');
  const card = it.card('inventory-db');
  await card.locator('[data-action-id=approve]').waitFor();
  expect(await card.textContent()).toContain('floor of the service');
  const caseId = await it.caseId(card);
  await it.as('lead');
  const before = await it.bytes(card);
  for (const text of ['ok', 'not approved', 'do not approve this', 'yes, please', '> APPROVE']) await it.reply(card, text);
  await expect.poll(() => it.control.idle(), { timeout: 10_000 }).toBe(true);
  expect(await it.bytes(card)).toBe(before);
  await it.reply(card, ' approve ');
  await card.getByText('Resolved').waitFor();
  expect(await it.ran(caseId)).toEqual(['failover_database']);
});

test('the form opens an incident; a remedy that does not help leaves it open and offers a way on', async () => {
  await it.as('oncall');
  await it.say('/incident');
  const form = it.page.locator('[data-modal]');
  await form.waitFor();
  await it.page.click('[data-modal-submit]');
  await it.page.locator('[data-field-error=incident_summary]').waitFor();
  await form.locator('select[data-block-id=incident_service]').selectOption('reports-worker');
  await form.getByText('Medium', { exact: true }).click();
  await form.locator('[data-block-id=incident_summary]').fill('nightly reports late, jobs pile up in the queue');
  await form.locator('[data-block-id=incident_symptoms]').fill('queue length 4,000\nno job done since 02:10');
  await it.page.click('[data-modal-submit]');
  await form.waitFor({ state: 'detached' });
  const card = it.card('reports-worker');
  await card.locator('[data-action-id=hold]').waitFor();
  expect(await card.textContent()).toContain('no job done since 02:10');
  await card.locator('[data-action-id=choose_action]').waitFor();
  const caseId = await it.caseId(card);
  expect(await it.ran(caseId)).toEqual(['restart_workers']);
  expect((await it.control.tickets()).find(({ case_id }) => case_id === caseId)?.status).toBe('open');
  expect(await card.textContent()).not.toContain('Learned runbook');
});

test('a person may choose another action: a new card, checked like any plan, and the old one decides nothing', async () => {
  await it.as('oncall');
  await it.say(BLOCKED);
  const old = await stay(it.card('payments-api'), '[data-action-id=choose_action]');
  await it.press(old, 'choose_action');
  const form = it.page.locator('[data-modal]');
  await form.locator('select').first().selectOption('throttle_traffic_and_tune_pool');
  const share = form.locator('[data-block-id="parameter:throttle_traffic_and_tune_pool:admit_percent"]');
  await share.fill('5');
  await it.page.click('[data-modal-submit]');
  await it.page.locator('[data-field-error="parameter:throttle_traffic_and_tune_pool:admit_percent"]').waitFor();
  await share.fill('70');
  await it.page.click('[data-modal-submit]');
  await form.waitFor({ state: 'detached' });

  const next = it.page.locator('.channel-pane article[data-user=governor]', { hasText: 'revision 2' }).last();
  await next.getByText('Resolved').waitFor();
  expect(await next.textContent()).toMatch(/admit_percent\s+70/);
  expect(await it.caseId(next)).toBe(await it.caseId(old));
  await expect.poll(() => old.locator('button[data-action-id]').count()).toBe(0);
  await it.as('lead');
  await it.reply(old, 'APPROVE');
  await it.page.locator('.thread-pane article.is-ephemeral', { hasText: 'not counted' }).waitFor();
  expect(await it.ran(await it.caseId(old))).toEqual(['throttle_traffic_and_tune_pool']);
});

/** The same card, even once a newer one about the service stands below it. */
async function stay(card: ReturnType<AppPage['card']>, until: string) {
  await card.locator(until).waitFor();
  return it.page.locator(`.channel-pane article[data-ts="${await card.getAttribute('data-ts')}"]`);
}
