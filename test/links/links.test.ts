import { expect, test } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { createLinks } from '../../src/links/links.ts';
import { indexNamesOf } from '../../src/stores/elasticsearch/names.ts';
import { shown } from '../fixtures/shown.ts';

function linksFor(env: Record<string, string>, workspaceUrl: string | null = null) {
  const settings = readConfig({ env, slack: 'unneeded', cwd: '/nowhere' });
  return createLinks({ workspaceUrl, settings, names: indexNamesOf(settings.config.elasticsearch) });
}
const card = shown('pending_approval');

test('a card is found in its workspace by channel and time', () => {
  const { cardUrl, hosts } = linksFor({}, 'https://team.slack.com/');
  expect(cardUrl('C1', '1700000000.000100')).toBe('https://team.slack.com/archives/C1/p1700000000000100');
  expect(hosts).toEqual(['team.slack.com']);
  expect(linksFor({}).cardUrl('C1', '1.2')).toBeNull();
});

test('without Kibana nothing leads there', () => {
  expect(linksFor({}).kibanaOf(card)).toBeNull();
  expect(linksFor({ ELASTICSEARCH_URL: 'http://127.0.0.1:9' }).kibanaOf(card)).toBeNull();
});

test('entries are linked only where the cluster has them', () => {
  const kibana = { KIBANA_URL: 'https://kibana.example/s/ops' };
  expect(linksFor(kibana).kibanaOf(card)).toEqual({ host: 'kibana.example', logs: null, entries: null });
  const { entries } = linksFor({ ...kibana, ELASTICSEARCH_URL: 'http://127.0.0.1:9' }).kibanaOf(card) ?? {};
  expect(entries).toContain('https://kibana.example/s/ops/app/discover#/');
});

test('tickets are linked on the site where people see them, and nowhere where there is no Jira', () => {
  const jira = {
    JIRA_BASE_URL: 'https://team.atlassian.net/',
    JIRA_EMAIL: 'a@b.c',
    JIRA_API_TOKEN: 't',
    JIRA_PROJECT_KEY: 'OPS',
  };
  expect(linksFor(jira, 'https://team.slack.com/').hosts).toEqual(['team.slack.com', 'team.atlassian.net']);
  expect(linksFor(jira).hosts).toEqual(['team.atlassian.net']);
  expect(linksFor({}).hosts).toEqual([]);
});
