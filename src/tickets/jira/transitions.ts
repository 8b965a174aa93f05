import type { JiraConfig } from '../../../contracts/jira.ts';
import type { Transition, TransitionField } from './shapes.ts';

export type Chosen =
  | { ok: true; transition: Transition; fields: Record<string, unknown> }
  /** A sentence for whoever configures this. */
  | { ok: false; refusal: string };

export type Wants = Pick<JiraConfig, 'resolution' | 'close_fields' | 'done_statuses' | 'via_statuses'>;

const same = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();
const rank = (names: readonly string[], status: string): number => {
  const at = names.findIndex((name) => same(name, status));
  return at === -1 ? names.length : at;
};

/**
 * How a ticket gets to its end: by the category of the status and never by a transition's name, which every project calls
 * otherwise. Wanted statuses come first; of those, the first whose required fields can be filled. Where none leads to the
 * end, one of the statuses to pass through that was not `visited` yet.
 */
export function chooseClosing(transitions: readonly Transition[], wants: Wants, visited: ReadonlySet<string>): Chosen {
  const ends = transitions.filter(({ category }) => category === 'done');
  const sorted = ends.toSorted((a, b) => rank(wants.done_statuses, a.to) - rank(wants.done_statuses, b.to));
  const via = transitions
    .filter(
      ({ to, category }) => category !== 'done' && rank(wants.via_statuses, to) < wants.via_statuses.length && !visited.has(to),
    )
    .toSorted((a, b) => rank(wants.via_statuses, a.to) - rank(wants.via_statuses, b.to));
  const tried = [...sorted, ...(sorted.length === 0 ? via : [])].map((transition) => filled(transition, wants));
  const [first] = tried;
  return tried.find(({ ok }) => ok) ?? first ?? { ok: false, refusal: noWay(transitions) };
}

/** Back to work: any status that is not an end, one in progress first, since the case goes on. */
export function chooseReopening(transitions: readonly Transition[], wants: Wants): Chosen {
  const back = transitions.filter(({ category }) => category !== 'done');
  const sorted = back.toSorted((a, b) => Number(b.category === 'indeterminate') - Number(a.category === 'indeterminate'));
  const tried = sorted.map((transition) => filled(transition, { ...wants, resolution: '' }));
  return tried.find(({ ok }) => ok) ?? tried[0] ?? { ok: false, refusal: 'no transition leads back from its status' };
}

const noWay = (transitions: readonly Transition[]): string => {
  const ways = transitions.map(({ to }) => `\`${to}\``).join(', ') || 'none at all';
  return `no transition leads to a status of the category done; the account sees those to ${ways}. Name the way in jira.via_statuses, or give it the right to close`;
};

function filled(transition: Transition, wants: Wants): Chosen {
  const fields: Record<string, unknown> = {};
  for (const [id, field] of Object.entries(transition.fields)) {
    const value = givenFor(id, field, wants);
    if (value !== undefined) fields[id] = value;
    else if (field.required && !field.hasDefault) return { ok: false, refusal: missing(transition, id, field) };
  }
  return { ok: true, transition, fields };
}

function givenFor(id: string, field: TransitionField, { close_fields, resolution }: Wants): unknown {
  if (Object.hasOwn(close_fields, id)) return close_fields[id];
  if (id !== 'resolution') return undefined;
  const allowed = field.allowed.find(({ name }) => same(name, resolution));
  return allowed?.id === undefined ? undefined : { id: allowed.id };
}

function missing({ to }: Transition, id: string, { name, allowed }: TransitionField): string {
  const values = allowed.length === 0 ? '' : `, one of ${allowed.map((value) => `\`${value.name}\``).join(', ')}`;
  const where = id === 'resolution' ? 'jira.resolution' : 'jira.close_fields';
  return `the way to \`${to}\` wants \`${id}\` (${name})${values}: give it in ${where}`;
}
