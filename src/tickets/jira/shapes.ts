import { z } from 'zod';
import { CASE_PROPERTY } from './names.ts';

// The parts of Jira's answers that are used, as they must be. What else is in them is none of our business.

export const Created = z.object({ id: z.string(), key: z.string() });
export const Myself = z.object({ accountId: z.string().min(1) });

const CaseProperty = z.object({ case_id: z.string() });
const Status = z.object({ name: z.string(), statusCategory: z.object({ key: z.string() }) });

const IssueAnswer = z.object({
  id: z.string(),
  key: z.string(),
  properties: z.record(z.string(), z.unknown()).optional(),
  fields: z.object({
    summary: z.string().nullish(),
    status: Status,
    created: z.string().nullish(),
    statuscategorychangedate: z.string().nullish(),
  }),
});

export type Issue = {
  id: string;
  key: string;
  /** Whose ticket it is; null where it is none of the governor's. */
  caseId: string | null;
  summary: string;
  status: string;
  done: boolean;
  /** Milliseconds; NaN where Jira does not say. */
  createdMs: number;
  /** When it came into its present category: for a done one, when it was closed. Milliseconds; NaN where Jira does not say. */
  categorySinceMs: number;
};

/** As much of an issue as `Issue` tells. */
export const ISSUE_FIELDS = ['summary', 'status', 'created', 'statuscategorychangedate'];

export const IssueShape = IssueAnswer.transform(({ id, key, properties, fields }): Issue => {
  const property = CaseProperty.safeParse(properties?.[CASE_PROPERTY]);
  return {
    id,
    key,
    caseId: property.success ? property.data.case_id : null,
    summary: fields.summary ?? '',
    status: fields.status.name,
    done: fields.status.statusCategory.key === 'done',
    createdMs: Date.parse(fields.created ?? ''),
    categorySinceMs: Date.parse(fields.statuscategorychangedate ?? ''),
  };
});

export const Found = z.object({ issues: z.array(IssueShape).default([]), nextPageToken: z.string().nullish() });

const Allowed = z.looseObject({ id: z.string().optional(), name: z.string().optional(), value: z.string().optional() });
const Field = z.object({
  name: z.string().default(''),
  required: z.boolean().default(false),
  hasDefaultValue: z.boolean().default(false),
  allowedValues: z.array(z.unknown()).default([]),
});
const TransitionAnswer = z.object({
  id: z.string(),
  name: z.string().default(''),
  to: Status,
  isAvailable: z.boolean().default(true),
  fields: z.record(z.string(), Field).default({}),
});
export type TransitionField = { name: string; required: boolean; hasDefault: boolean; allowed: { id?: string; name: string }[] };
export type Transition = { id: string; name: string; to: string; category: string; fields: Record<string, TransitionField> };

export const Transitions = z.object({ transitions: z.array(TransitionAnswer).default([]) }).transform(({ transitions }) =>
  transitions
    .filter(({ isAvailable }) => isAvailable)
    .map(
      ({ id, name, to, fields }): Transition => ({
        id,
        name,
        to: to.name,
        category: to.statusCategory.key,
        fields: Object.fromEntries(Object.entries(fields).map(([key, field]) => [key, fieldOf(field)])),
      }),
    ),
);

const fieldOf = ({ name, required, hasDefaultValue, allowedValues }: z.infer<typeof Field>): TransitionField => ({
  name,
  required,
  hasDefault: hasDefaultValue,
  allowed: allowedValues.flatMap((value) => {
    const { id, name: called, value: valued } = Allowed.safeParse(value).data ?? {};
    return id === undefined ? [] : [{ id, name: called ?? valued ?? '' }];
  }),
});

const Leaf = z.looseObject({
  type: z.string(),
  text: z.string().optional(),
  marks: z.array(z.object({ type: z.string() })).optional(),
});
const Block = z.looseObject({ type: z.string(), content: z.array(Leaf).optional().catch(undefined) });
const CommentAnswer = z.object({
  author: z.object({ accountId: z.string() }).nullish(),
  body: z.object({ content: z.array(Block) }).nullish(),
});
export type Comment = { author: string | null; blocks: z.infer<typeof Block>[] };

export const Comments = z.object({
  total: z.int().nonnegative(),
  comments: z.array(
    CommentAnswer.transform(({ author, body }): Comment => ({ author: author?.accountId ?? null, blocks: body?.content ?? [] })),
  ),
});

export const Opening = z.object({
  at: z.iso.datetime(),
  by: z.string(),
  /** The issue that was made, once that is known. */
  issue: z.string().optional(),
});
export type Opening = z.infer<typeof Opening>;
export const UserProperty = z.object({ value: Opening });
export const UserPropertyKeys = z.object({ keys: z.array(z.object({ key: z.string() })) });
