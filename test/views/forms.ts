import type { ModalView } from '@slack/types';

/** What Slack sends for a form: each block with the one input it has. */
export const typed = (values: Record<string, string | null>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(values).map(([block, value]) => [block, { value: { type: 'plain_text_input', value } }]));

/** The same for a block with a select. */
export const chosen = (block: string, value: string | null): Record<string, unknown> => ({
  [block]: {
    any: { type: 'static_select', selected_option: value === null ? null : { value, text: { type: 'plain_text', text: value } } },
  },
});

export const metadataOf = (view: ModalView | null): string => view?.private_metadata ?? '';

/** A form names nobody and links nowhere. */
export const NOBODY = { mentions: [], links: [] };
