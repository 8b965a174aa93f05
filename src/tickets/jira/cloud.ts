import { z } from 'zod';
import { ANSWER_LOST } from '../../outward/json-http.ts';
import { TicketFault } from './fault.ts';
import { createTransport, type TransportOptions } from './transport.ts';

export type Cloud = Awaited<ReturnType<typeof loadCloud>>;

/** jira.js takes most of a second and much memory to load, so that it is loaded when first asked for, and once. */
export function cloudLater(options: TransportOptions): () => Promise<Cloud> {
  let loading: Promise<Cloud> | null = null;
  return () => {
    loading ??= loadCloud(options);
    return loading;
  };
}

async function loadCloud(options: TransportOptions) {
  const { createCloudClient } = await import('jira.js');
  return createCloudClient(createTransport(options));
}

/** An answer in the shape that is agreed. Throws `answer_lost` where it has another. */
export function parsed<T>(what: string, shape: z.ZodType<T>, answer: unknown): T {
  const value = shape.safeParse(answer);
  if (value.success) return value.data;
  const problem = z.prettifyError(value.error);
  throw new TicketFault(ANSWER_LOST, `Jira's answer about ${what} is not what was agreed: ${problem}`, { cause: value.error });
}
