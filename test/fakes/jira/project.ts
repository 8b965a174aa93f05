import { z } from 'zod';
import { Adf, adfProblem } from './adf-check.ts';
import type { FakeTransition, Workflow } from './workflow.ts';

/** What Jira answers to a request that it does not take. */
export class Refused extends Error {
  readonly status: number;
  readonly errors: Record<string, string>;

  constructor(status: number, message: string, errors: Record<string, string> = {}) {
    super(message);
    this.status = status;
    this.errors = errors;
  }
}

export type FakeComment = { id: string; author: string; body: Adf; created: number };
export type FakeIssue = {
  id: string;
  key: string;
  fields: { summary: string; labels: string[]; description: Adf | null; issuetype: { name: string } } & Record<string, unknown>;
  status: string;
  resolution: unknown;
  properties: Record<string, unknown>;
  comments: FakeComment[];
  created: number;
  categorySince: number;
  /** Whether the search knows it. */
  indexed: boolean;
};

export type ProjectOptions = {
  key: string;
  accountId: string;
  workflow: Workflow;
  /** Fields that a ticket may have beside the usual ones; true where it must. */
  fields: Readonly<Record<string, boolean>>;
  /** The usual ones that are on the create screen. */
  screen: readonly string[];
  now: () => number;
  /** Whether a new issue is seen by the search at once. */
  indexing: () => boolean;
  /** How long after its creation the search sees an issue that it does not see at once; never where it is null. */
  lagMs: number | null;
};

const Property = z.strictObject({ key: z.string().min(1).max(255), value: z.unknown() });
const NewIssue = z.strictObject({
  fields: z.looseObject({
    project: z.strictObject({ key: z.string() }),
    issuetype: z.strictObject({ name: z.enum(['Task', 'Incident']) }),
    summary: z
      .string()
      .min(1)
      .max(255)
      .regex(/^[^\r\n]+$/),
    labels: z.array(z.string().regex(/^[^\s]{1,255}$/)).default([]),
    description: z.unknown().optional(),
  }),
  properties: z.array(Property).default([]),
});
const NewComment = z.strictObject({ body: z.unknown() });
const Move = z.strictObject({
  transition: z.strictObject({ id: z.string() }),
  fields: z.record(z.string(), z.unknown()).default({}),
});
const USUAL = new Set(['project', 'issuetype', 'summary', 'labels', 'description', 'priority']);
const FIRST_ID = 10_000;

function taken<T>(shape: z.ZodType<T>, body: unknown): T {
  const parsed = shape.safeParse(body);
  if (parsed.success) return parsed.data;
  throw new Refused(400, z.prettifyError(parsed.error));
}

function document(field: string, value: unknown): Adf {
  const problem = adfProblem(value);
  if (problem?.ofField) throw new Refused(400, '', { [field]: problem.message });
  if (problem) throw new Refused(400, problem.message);
  return Adf.parse(value);
}

/** One project of a Jira, in memory: what was really done, whatever was answered. */
export function createProject(options: ProjectOptions) {
  const { key, accountId, workflow, now } = options;
  const issues: FakeIssue[] = [];
  const notes = new Map<string, unknown>();

  const find = (keyOrId: string): FakeIssue => {
    const issue = issues.find((one) => one.key === keyOrId || one.id === keyOrId);
    if (issue === undefined) throw new Refused(404, 'Issue does not exist or you do not have permission to see it.');
    return issue;
  };
  const ways = (issue: FakeIssue): FakeTransition[] =>
    workflow.transitions.filter(({ from, to }) => to !== issue.status && (from === null || from.includes(issue.status)));

  return {
    issues,
    notes,
    find,
    ways,
    create(body: unknown): FakeIssue {
      const { fields, properties } = taken(NewIssue, body);
      if (fields.project.key !== key) throw new Refused(400, '', { project: 'valid project is required' });
      for (const name of Object.keys(fields))
        if (USUAL.has(name) ? !options.screen.includes(name) : !Object.hasOwn(options.fields, name))
          throw new Refused(400, '', {
            [name]: `Field '${name}' cannot be set. It is not on the appropriate screen, or unknown.`,
          });
      for (const [name, required] of Object.entries(options.fields))
        if (required && fields[name] === undefined) throw new Refused(400, '', { [name]: `${name} is required.` });
      const number = (issues.length === 0 ? 0 : Number(issues.at(-1)?.key.split('-')[1])) + 1;
      const issue: FakeIssue = {
        id: String(FIRST_ID + number),
        key: `${key}-${number}`,
        fields: { ...fields, description: fields.description === undefined ? null : document('description', fields.description) },
        status: workflow.start,
        resolution: null,
        properties: Object.fromEntries(properties.map((property) => [property.key, property.value])),
        comments: [],
        created: now(),
        categorySince: now(),
        indexed: options.indexing(),
      };
      issues.push(issue);
      return issue;
    },
    comment(keyOrId: string, body: unknown, author: string = accountId): FakeComment {
      const issue = find(keyOrId);
      const taking = document('comment', taken(NewComment, body).body);
      const comment = { id: String(FIRST_ID + issue.comments.length), author, body: taking, created: now() };
      issue.comments.push(comment);
      return comment;
    },
    move(keyOrId: string, body: unknown): void {
      const issue = find(keyOrId);
      const { transition, fields } = taken(Move, body);
      const way = ways(issue).find(({ id }) => id === transition.id);
      if (way === undefined)
        throw new Refused(400, 'It seems that you have tried to perform a workflow operation that is not valid.');
      checkFields(way, fields);
      const category = workflow.statuses[way.to];
      if (category !== workflow.statuses[issue.status]) issue.categorySince = now();
      issue.status = way.to;
      issue.resolution = category === 'done' ? (fields.resolution ?? { name: 'by the workflow' }) : null;
    },
    remove(keyOrId: string): void {
      issues.splice(issues.indexOf(find(keyOrId)), 1);
    },
    search(label: string, ascending: boolean): FakeIssue[] {
      const isSeen = ({ indexed, created }: FakeIssue): boolean =>
        indexed || (options.lagMs !== null && now() - created >= options.lagMs);
      const found = issues.filter((issue) => isSeen(issue) && issue.fields.labels.includes(label));
      return ascending ? found : found.toReversed();
    },
  };
}
export type Project = ReturnType<typeof createProject>;

function checkFields({ fields: screen = {} }: FakeTransition, given: Readonly<Record<string, unknown>>): void {
  for (const name of Object.keys(given))
    if (!Object.hasOwn(screen, name))
      throw new Refused(400, '', { [name]: `Field '${name}' cannot be set. It is not on the screen.` });
  for (const [name, { required, allowed }] of Object.entries(screen)) {
    if (required && given[name] === undefined) throw new Refused(400, '', { [name]: `${name} is required.` });
    const ids = allowed?.map(({ id }) => id);
    const id = z.object({ id: z.string() }).safeParse(given[name]).data?.id;
    if (ids !== undefined && given[name] !== undefined && (id === undefined || !ids.includes(id)))
      throw new Refused(400, '', { [name]: 'is not one of the allowed values' });
  }
}
