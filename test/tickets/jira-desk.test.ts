import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { GovernorConfig } from '../../contracts/config.ts';
import { JiraConfig } from '../../contracts/jira.ts';
import { createTicketDesk } from '../../src/tickets/jira/desk.ts';
import { openFakeJira } from '../fakes/jira/fake-jira.ts';
import { ROOT } from '../fixtures/child.ts';
import { keepingLog } from './jira-stage.ts';

vi.setConfig({ testTimeout: 60_000 });

test('every ticket is listed, over as many pages as it takes', async () => {
  const jira = await openFakeJira();
  try {
    for (let at = 0; at < 250; at += 1)
      jira.project.create({
        fields: { project: { key: 'OPS' }, issuetype: { name: 'Task' }, summary: 'Ours', labels: ['safety-governor'] },
        properties: [{ key: 'safety-governor', value: { case_id: `inc-${at}` } }],
      });
    const desk = createTicketDesk({
      jira: jira.settings,
      config: JiraConfig.parse({}),
      clock: { now: Date.now },
      log: keepingLog().log,
    });
    const listed = await desk.list();
    expect(new Set(listed.map(({ case_id }) => case_id)).size).toBe(250);
    // Somebody has put another case's property on it since it was listed.
    jira.project.find('OPS-1').properties = { 'safety-governor': { case_id: 'inc-other' } };
    jira.project.remove('OPS-2');
    const three = listed.filter(({ key }) => ['OPS-1', 'OPS-2', 'OPS-3'].includes(key));
    expect(await desk.remove(three, () => undefined)).toEqual([{ key: 'OPS-1', problem: 'it is another case’s by now' }]);
    expect(jira.project.issues).toHaveLength(248);
  } finally {
    await jira.close();
  }
});

test('the config of the page is one that the governor takes, with every key that there is but the site', () => {
  const page = readFileSync(join(ROOT, 'docs/jira.md'), 'utf8');
  const [, json = ''] = /^```json\n(.*?)^```$/ms.exec(page) ?? [];
  const { jira } = GovernorConfig.parse(JSON.parse(json));
  expect(Object.keys(jira).sort()).toEqual(Object.keys(JiraConfig.parse({})).sort());
  expect(JiraConfig.parse({})).toMatchObject({ issue_type: 'Task', settle_s: 120, timeout_s: 15, reopen_window_s: 604_800 });
});

test('every fault of the page is one there is', () => {
  const page = readFileSync(join(ROOT, 'docs/jira.md'), 'utf8');
  const source = readFileSync(join(ROOT, 'src/tickets/jira/fault.ts'), 'utf8');
  const named = [...page.matchAll(/^\| `(ticket_\w+)` \|/gm)].map(([, code]) => code);
  const there = [...source.matchAll(/^ {2}\| '(ticket_\w+)'/gm)].map(([, code]) => code);
  expect(named.sort()).toEqual(there.sort());
});
