import { z } from 'zod';
import { ServiceName, Severity } from '../../contracts/words.ts';

// Fields that several tools take or give. What is told of them is plain: no pattern that another engine reads otherwise.

const QUERY_CHARS_MAX = 4_000;
const NAME_CHARS_MAX = 200;
const FOUND_MAX = 20;
const FOUND_DEFAULT = 5;

export const query = z.string().trim().min(1).max(QUERY_CHARS_MAX).describe('What is looked for, in plain words.');

export const service = z
  .string()
  .trim()
  .toLowerCase()
  .max(100)
  .refine((name) => ServiceName.safeParse(name).success, 'a service name has lower-case letters, digits, dots and dashes')
  .describe('The name of the service, for example checkout-api.');

export const severity = Severity.describe('How severe the incident is.');

export const limit = z.int().min(1).max(FOUND_MAX).default(FOUND_DEFAULT).describe('How many results are wanted at most.');

export const incidentId = z
  .string()
  .max(NAME_CHARS_MAX)
  .optional()
  .describe('The id of the incident this is asked for; the call is then shown on its card.');

export const model = z
  .string()
  .trim()
  .min(1)
  .max(NAME_CHARS_MAX)
  .describe('The name of the language model, as its maker writes it.');

export const documentIds = z.array(z.string()).describe('Ids of the documents in this answer. Only these may be cited.');

export const score = z
  .strictObject({
    value: z.number().nullable().describe('Null where no figure is known.'),
    source: z.enum(['measured', 'published', 'unknown']).describe('Where the figure comes from. Unknown is not zero.'),
  })
  .describe('One figure and where it comes from.');
