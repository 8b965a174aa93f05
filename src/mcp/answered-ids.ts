import { z } from 'zod';

const Answer = z.looseObject({ document_ids: z.array(z.string().min(1)) });

/** Ids of the documents that an answer of one of our tools rests on; null where it is no such answer. */
export function answeredIds(answer: unknown): string[] | null {
  const read = Answer.safeParse(answer);
  return read.success ? read.data.document_ids : null;
}
