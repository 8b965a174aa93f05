import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { GovernorError, problemOf } from '../../../pipeline/errors.ts';
import { exportAudit } from '../../audit/export.ts';
import { AuditHead, auditHead } from '../../audit/head.ts';
import type { AuditReport } from '../../audit/verify.ts';
import { verifyAudit } from '../../audit/verify.ts';
import type { Command, ExitCode, Invocation } from '../command.ts';
import { EXIT } from '../command.ts';
import { withStore } from '../opened.ts';
import type { Line } from '../print.ts';
import { bad, good, print, strong } from '../print.ts';

export const audit: Command = {
  name: 'audit',
  usage: 'verify [--head FILE] | head | export',
  says: 'checks the chain of every log and the signatures of personal keys, prints the head to keep elsewhere, or writes out all entries',
  words: { min: 1, max: 1 },
  options: { head: { type: 'string', says: 'a head kept outside: finds re-chaining, cuts and removed cases too' } },
  async run(invocation) {
    const verb = invocation.words[0] ?? '';
    const act = Object.hasOwn(VERBS, verb) ? VERBS[verb] : undefined;
    if (act === undefined) throw new GovernorError('usage', `\`${verb}\` is none of ${Object.keys(VERBS).join(', ')}`);
    return act(invocation);
  },
};

const VERBS: Record<string, (invocation: Invocation) => Promise<ExitCode>> = {
  async verify(invocation) {
    const { head: file } = invocation.options;
    const head = typeof file === 'string' ? readHead(file) : undefined;
    const report = await withStore(({ store, settings }) => verifyAudit(store.audit, head, settings.config.approvers));
    print(invocation, report, () => linesOf(report));
    return report.ok ? EXIT.good : EXIT.badNews;
  },
  async head(invocation) {
    // Always JSON: this is the file that `verify --head` reads.
    const head = await withStore(({ store }) => auditHead(store.audit));
    invocation.out.write(`${JSON.stringify(head)}\n`);
    return EXIT.good;
  },
  async export({ out }) {
    // Waits where the reader is slower, so that a log of any length goes through a bounded memory.
    const write = async (lines: string): Promise<void> => void (out.write(lines) || (await once(out, 'drain')));
    await withStore(({ store }) => exportAudit(store.audit, write));
    return EXIT.good;
  },
};

function readHead(file: string): AuditHead {
  try {
    return AuditHead.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (fault) {
    throw new GovernorError('usage', `\`${file}\` is no head written by audit head: ${problemOf(fault)}`, { cause: fault });
  }
}

function linesOf(report: AuditReport): Line[] {
  const faults = report.faults.map(
    ({ case_id, seq, fault, detail }): Line => [
      bad('FAULT'),
      `  ${case_id ?? 'the store'}${seq === null ? '' : ` seq ${seq}`}: ${fault}: ${detail}`,
    ],
  );
  const found = report.ok
    ? good('every chain is whole')
    : bad(report.faults.length === 1 ? '1 fault' : `${report.faults.length} faults`);
  const sum: Line = [`${report.entries} entries in ${report.logs} logs: `, found, '.'];
  const { signatures, notes } = report;
  const signed = `${signatures} decision${signatures === 1 ? '' : 's'} signed with a personal key.`;
  return [
    ...faults,
    ...notes.map(({ case_id, seq, detail }): Line => [strong('NOTE'), `   ${case_id} seq ${seq}: ${detail}`]),
    sum,
    ...(signatures === 0 ? [] : [signed]),
    ...(report.proves === 'complete_up_to_head'
      ? []
      : ['Tail and completeness not proven: keep `audit head` elsewhere and give it with --head.']),
  ];
}
