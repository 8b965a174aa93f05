import { z } from 'zod';
import { GovernorError } from '../../pipeline/errors.ts';
import type { Clock, Tickets } from '../../pipeline/ports.ts';
import { createJsonHttp } from '../outward/json-http.ts';
import { plainText } from './plain-text.ts';

const Ticket = z.object({
  key: z.string().min(1).max(100),
  url: z.url({ protocol: /^https?$/ }).max(2_000),
  case_id: z.string(),
  status: z.string(),
});
type Ticket = z.infer<typeof Ticket>;

export type SandboxTicketsOptions = {
  /** SANDBOX_URL. */
  baseUrl: string;
  clock: Clock;
  /** For one request, in milliseconds. */
  timeoutMs?: number;
};

const TIMEOUT_MS = 5_000;
/** The tracker's own limits. */
const SUMMARY_MAX = 500;
const TEXT_MAX = 50_000;
/** The tracker takes no comment without a character. */
const EMPTY = '-';

/**
 * The simulated ticket tracker, by HTTP. It knows tickets by case and comments by id, so every request here may be
 * repeated by the caller after a lost answer.
 */
export function createSandboxTickets({ baseUrl, clock, timeoutMs = TIMEOUT_MS }: SandboxTicketsOptions): Tickets {
  const http = createJsonHttp({ name: 'the ticket tracker', baseUrl, clock, timeoutMs });

  const send = async (path: string, body: unknown): Promise<Ticket> => {
    const answer = await http.send(path, body, Ticket);
    if (answer.ok) return answer.value;
    throw new GovernorError('ticket_refused', `the ticket tracker refused: ${answer.refusal}`);
  };
  const ofKey = (key: string): string => `/tickets/${encodeURIComponent(key)}`;

  return {
    async open({ caseId, service, severity, summary, text }) {
      const { key, url, case_id } = await send('/tickets', {
        case_id: caseId,
        service,
        severity,
        summary: summary.slice(0, SUMMARY_MAX),
        text: plainText(text).slice(0, TEXT_MAX),
      });
      // A ticket of another case would get this case's comments and be closed by its recovery.
      if (case_id !== caseId) throw new GovernorError('ticket_mismatch', `the ticket \`${key}\` belongs to another case`);
      return { key, url };
    },
    async comment(key, commentId, text) {
      await send(`${ofKey(key)}/comments`, { id: commentId, text: plainText(text).slice(0, TEXT_MAX) || EMPTY });
    },
    async close(key) {
      await send(`${ofKey(key)}/transition`, { status: 'done' });
    },
  };
}
