import type { Workspace } from '../wire/model.ts';

/** A line offered while typing: what the composer would hold, how it reads, and what it does. */
export type Suggestion = { insert: string; label: string; note: string };

/** Lines of /incident that work in the simulated world, and the sub-commands; a case id is typed after the latter. */
const EXAMPLES: readonly Suggestion[] = [
  {
    insert: '/incident payments-api high Card payments fail with 502 since the last deploy',
    label: '/incident payments-api high Card payments fail with 502…',
    note: 'open an incident',
  },
  {
    insert: '/incident billing-batch medium The nightly batch runs late and drops invoices',
    label: '/incident billing-batch medium The nightly batch runs late…',
    note: 'open an incident',
  },
  {
    insert: '/incident elastic-downloads critical Downloads answer 404 in every region',
    label: '/incident elastic-downloads critical Downloads answer 404…',
    note: 'critical: always needs a person',
  },
  { insert: '/incident approve ', label: '/incident approve CASE', note: 'approve what a case shows' },
  { insert: '/incident reject ', label: '/incident reject CASE reason', note: 'reject it' },
  { insert: '/incident hold ', label: '/incident hold CASE', note: 'stop it before it runs' },
  { insert: '/incident release ', label: '/incident release CASE', note: 'let a held case go on' },
  { insert: '/incident override ', label: '/incident override CASE reason', note: 'override, recorded for ever' },
];

/** What the composer offers for the text so far: commands after a slash, names after an at sign.. */
export function suggest(text: string, workspace: Workspace | undefined): Suggestion[] {
  if (text.startsWith('/')) return suggestCommands(text.toLowerCase(), workspace);
  const at = /(?:^|\s)@([a-z]*)$/i.exec(text);
  return at === null ? [] : suggestNames(text, (at[1] ?? '').toLowerCase(), workspace);
}

function suggestCommands(typed: string, workspace: Workspace | undefined): Suggestion[] {
  const known = (workspace?.commands ?? []).map(({ command, usage, description }) => ({
    insert: `${command} `,
    label: `${command} ${usage}`,
    note: description,
  }));
  const matching = [...known, ...EXAMPLES].filter(
    ({ insert }) => insert.toLowerCase().startsWith(typed) && insert.toLowerCase() !== typed,
  );
  return matching;
}

function suggestNames(text: string, prefix: string, workspace: Workspace | undefined): Suggestion[] {
  const stem = text.slice(0, text.length - prefix.length);
  const accounts = (workspace?.accounts ?? []).filter(({ name }) => name.startsWith(prefix));
  const apps = accounts.filter(({ isBot }) => isBot);
  const people = accounts.filter(({ isBot }) => !isBot);
  return [...apps.reverse(), ...people].map(({ name, realName }) => ({
    insert: `${stem}${name} `,
    label: `@${name}`,
    note: realName,
  }));
}
