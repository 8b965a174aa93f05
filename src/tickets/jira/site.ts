import type { JiraConfig } from '../../../contracts/jira.ts';
import type { JiraSettings } from './transport.ts';

/** Where people see tickets, without a trailing slash. */
export const siteOf = ({ jira, config }: { jira: JiraSettings; config: JiraConfig }): string =>
  (config.site_url ?? jira.baseUrl).replace(/\/+$/, '');
