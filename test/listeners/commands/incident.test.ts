import { expect, test } from 'vitest';
import { slashBody } from '../payloads.ts';
import { ONCALL, openStage } from '../stage.ts';

test('smoke', async () => {
  const stage = await openStage();
  const { acks, faults } = await stage.deliver(slashBody(ONCALL, 'billing-batch high it lags'));
  console.error(JSON.stringify(acks), faults, await stage.store.caseLog.openCases());
  expect(faults).toEqual([]);
});
