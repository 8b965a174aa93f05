import { z } from 'zod';
import type { Database } from '../store/database.ts';
import { StateValues } from '../store/views.ts';
import type { StateValues as Values } from './elements.ts';

export type InputState = {
  /** What `user` has chosen in the inputs of one message so far. */
  read(user: string, container: string): Values;
  keep(user: string, container: string, values: Values): void;
};

const BodyRow = z.object({ body: z.string() });

/** Choices made in a message's menus before its button is pressed; every click of that user carries them. */
export function createInputState(database: Database): InputState {
  return {
    read(user, container) {
      const row = database.first('SELECT body FROM input_state WHERE user = ? AND container = ?', user, container);
      return row === undefined ? {} : StateValues.parse(JSON.parse(BodyRow.parse(row).body));
    },
    keep: (user, container, values) =>
      database.run(
        'INSERT OR REPLACE INTO input_state (user, container, body) VALUES (?, ?, ?)',
        user,
        container,
        JSON.stringify(values),
      ),
  };
}
