import type { Chat } from '../../pipeline/ports.ts';
import { escalationMessage } from '../../views/escalation.ts';
import { ChatFault, type ChatFaultCode } from '../chat/slack-fault.ts';
import type { Contacts } from './contacts.ts';
import { refusedFor, type Teller } from './teller.ts';

type Parts = {
  chat: Pick<Chat, 'post'>;
  contacts: Contacts;
  /** Hosts besides this machine that links in the message may lead to. */
  hosts: readonly string[];
};

/** Another try would be refused alike. */
const DEFINITE: ReadonlySet<ChatFaultCode> = new Set(['channel_closed', 'slack_refused', 'invalid_blocks']);

/**
 * A message that one person alone reads. Without the right to read that conversation an earlier message cannot be looked
 * for: where Slack's answer was lost, the person may be told twice, which is better than never.
 */
export function createDirectTeller({ chat, contacts, hosts }: Parts): Teller {
  return async (notice, { target, revision, key }) => {
    const user = await contacts.idOf(target.to);
    const message = escalationMessage(notice, hosts);
    const mark = { threadTs: null, caseId: notice.case_id, revision, key: `escalated:${key}` };
    try {
      await chat.post({ channel: user, ...mark, ...message, lookFirst: false, sinceMs: Date.parse(notice.since) });
    } catch (fault) {
      if (fault instanceof ChatFault && isDefinite(fault.code)) throw refusedFor(fault.message, fault);
      throw fault;
    }
    return { to: user, detail: '' };
  };
}

const isDefinite = (code: string): boolean => [...DEFINITE].some((known) => known === code);
