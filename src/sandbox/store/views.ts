import { z } from 'zod';
import type { Database, Row } from './database.ts';
import { Block } from './messages.ts';

const Text = z.looseObject({ type: z.string(), text: z.string() });
const Entry = z.looseObject({ type: z.string() });

/** What an app hands in to open, update, push or publish. */
export const ViewPayload = z.looseObject({
  type: z.enum(['modal', 'home']),
  title: Text.optional(),
  submit: Text.nullish(),
  close: Text.nullish(),
  blocks: z.array(Block),
  callback_id: z.string().optional(),
  external_id: z.string().optional(),
  private_metadata: z.string().optional(),
  clear_on_close: z.boolean().optional(),
  notify_on_close: z.boolean().optional(),
});
export type ViewPayload = z.infer<typeof ViewPayload>;

export const StateValues = z.record(z.string(), z.record(z.string(), Entry));

/** A view that one user has on the screen: an open modal, or the app's Home. */
export const OpenView = z.strictObject({
  id: z.string(),
  user: z.string(),
  /** Rises with each view opened: the highest of a user's modals is the one in front. */
  position: z.number(),
  root_view_id: z.string(),
  previous_view_id: z.string().nullable(),
  hash: z.string(),
  values: StateValues,
  view: ViewPayload,
});
export type OpenView = z.infer<typeof OpenView>;

export type Views = {
  put(view: OpenView): void;
  remove(id: string): void;
  find(id: string): OpenView | undefined;
  findExternal(externalId: string): OpenView | undefined;
  home(user: string): OpenView | undefined;
  /** A user's open modals, the one in front last. */
  modals(user: string): OpenView[];
  list(): OpenView[];
  nextPosition(): number;
};

const BodyRow = z.object({ body: z.string() });

export function createViews(database: Database): Views {
  const parsed = (row: Row): OpenView => OpenView.parse(JSON.parse(BodyRow.parse(row).body));
  const optional = (row: Row | undefined): OpenView | undefined => (row === undefined ? undefined : parsed(row));
  const list = (): OpenView[] => database.all('SELECT body FROM views ORDER BY position').map(parsed);
  return {
    put: (view) =>
      database.run(
        'INSERT OR REPLACE INTO views (id, user, type, position, body) VALUES (?, ?, ?, ?, ?)',
        view.id,
        view.user,
        view.view.type,
        view.position,
        JSON.stringify(view),
      ),
    remove: (id) => database.run('DELETE FROM views WHERE id = ?', id),
    find: (id) => optional(database.first('SELECT body FROM views WHERE id = ?', id)),
    findExternal: (externalId) => list().find(({ view }) => view.external_id === externalId),
    home: (user) => optional(database.first("SELECT body FROM views WHERE user = ? AND type = 'home'", user)),
    modals: (user) =>
      database.all("SELECT body FROM views WHERE user = ? AND type = 'modal' ORDER BY position", user).map(parsed),
    list,
    nextPosition: () =>
      z.object({ next: z.number() }).parse(database.first('SELECT COALESCE(MAX(position), 0) + 1 AS next FROM views')).next,
  };
}
