export type Category = 'new' | 'indeterminate' | 'done';
export type FakeField = { required: boolean; name: string; allowed?: { id: string; name: string }[] };
export type FakeTransition = { id: string; name: string; from: string[] | null; to: string; fields?: Record<string, FakeField> };
export type Workflow = { start: string; statuses: Record<string, Category>; transitions: FakeTransition[] };

export const RESOLUTION: FakeField = {
  required: true,
  name: 'Resolution',
  allowed: [
    { id: '10001', name: "Won't Do" },
    { id: '10000', name: 'Done' },
  ],
};

/** From anywhere to anywhere, as a new team's project has it, under names that say nothing. */
export const SIMPLE: Workflow = {
  start: 'To Do',
  statuses: { 'To Do': 'new', 'In Progress': 'indeterminate', Cancelled: 'done', Done: 'done' },
  transitions: [
    { id: '41', name: 'Drop it', from: null, to: 'Cancelled' },
    { id: '11', name: 'Back', from: null, to: 'To Do' },
    { id: '21', name: 'Go', from: null, to: 'In Progress' },
    { id: '31', name: 'That is that', from: null, to: 'Done' },
  ],
};

/** The end is reached only by way of a review, and asks for a resolution and a cause. */
export const STRICT: Workflow = {
  start: 'Open',
  statuses: { Open: 'new', Review: 'indeterminate', Closed: 'done' },
  transitions: [
    { id: '5', name: 'Send to review', from: ['Open'], to: 'Review' },
    {
      id: '6',
      name: 'Close',
      from: ['Review'],
      to: 'Closed',
      fields: { resolution: RESOLUTION, customfield_10042: { required: true, name: 'Root cause' } },
    },
    { id: '7', name: 'Reopen', from: ['Closed'], to: 'Open' },
  ],
};
