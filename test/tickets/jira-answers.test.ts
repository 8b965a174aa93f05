import { afterEach } from 'vitest';
import { ticketsSuite } from '../conformance/tickets.suite.ts';
import { type FakeJira, openFakeJira } from '../fakes/jira/fake-jira.ts';
import { aProcess, commentTexts } from './jira-stage.ts';

const open: FakeJira[] = [];
afterEach(async () => {
  for (const jira of open.splice(0)) await jira.close();
});

/** Whatever changes something: a lost question may be asked again without harm, these not. */
const CHANGES = ['POST /issue', 'POST /issue/*/comment', 'POST /issue/*/transitions'];

ticketsSuite('Jira', async () => {
  const jira = await openFakeJira();
  open.push(jira);
  const strikeNext = async (trouble: Parameters<typeof jira.trouble>[0]): Promise<void> => jira.trouble(trouble);
  return {
    tickets: aProcess(jira, { config: { settle_s: 0.3 } }),
    async seen(caseId) {
      const issues = jira.project.issues.filter(({ fields }) => fields.labels.includes(`sg-${caseId}`));
      return issues.map(({ key, status, fields }) => ({
        key,
        closed: status === 'Done',
        summary: fields.summary,
        comments: commentTexts(jira, key).map((text) => ({ text })),
      }));
    },
    faults: {
      loseAnswer: async () => {
        for (const on of CHANGES) await strikeNext({ on, kind: 'lose_answer' });
      },
      loseRequest: async () => {
        for (const on of CHANGES) await strikeNext({ on, kind: 'lose_request' });
      },
      refuse: () => strikeNext({ on: 'POST /issue', kind: 'answer', status: 403 }),
    },
    close: async () => undefined,
  };
});
