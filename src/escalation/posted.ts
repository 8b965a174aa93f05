import { type Exchanged, exchange, lost, type Request } from '../executors/exchange.ts';
import { refusedFor } from './teller.ts';

/** Statuses after which the same request may well be taken: late, too early, too many, or a proxy that gave up. */
const WORTH_ANOTHER: ReadonlySet<number> = new Set([408, 425, 429, 499]);

type Answered = Extract<Exchanged, { kind: 'answered' }>;

/** Sends one request and gives the answer of a target that took it. A target that says no is not asked again. */
export async function posted(request: Request): Promise<Answered> {
  const answer = await exchange(request);
  if (answer.kind === 'unreached') throw lost(request.name, answer.problem);
  const { status } = answer;
  if (status >= 200 && status < 300) return answer;
  if (status >= 400 && status < 500 && !WORTH_ANOTHER.has(status))
    throw refusedFor(`${request.name} refused it with status ${status}`);
  throw lost(request.name, `status ${status}`);
}
