import type { Choices, Press } from '../blocks/surface.ts';
import type { Fields } from '../fields.ts';
import type { Answer, Api } from '../wire/api.ts';
import type { Message, View } from '../wire/model.ts';
import { pressFields, submitValues } from '../wire/press.ts';
import { failureText } from './failures.ts';
import { createNavigation } from './navigation.ts';
import type { Store } from './store.ts';
import type { Sync } from './sync.ts';

const TOAST_MS = 6_000;

export type Actions = ReturnType<typeof createActions>;

/** Everything a person can do on the page, as the account acted as. What fails without a place of its own shows a toast. */
export function createActions({ store, api, sync }: { store: Store; api: Api; sync: Sync }) {
  const orToast = (answer: Answer): void => {
    if (!answer.ok) showToast(store, failureText('That', answer));
  };
  const post = (name: string, fields: Fields): Promise<Answer> =>
    api.post(`/_control/${name}`, { user: store.read().actAs, ...fields });
  const placeOf = ({ channel, ts }: Message): Fields => ({ channel, ts });

  return {
    ...createNavigation({ store, api, sync, orToast }),
    /** Posts or runs what was typed; the text to show in red, or undefined when it went well. */
    async send(channel: string, text: string, threadTs: string | undefined): Promise<string | undefined> {
      const command = /^\/[a-z][^\s]*/.exec(text)?.[0];
      const thread = threadTs === undefined ? {} : { thread_ts: threadTs };
      const answer = await post(command === undefined ? wayOf(threadTs) : 'command', { channel, text, ...thread });
      return answer.ok ? undefined : failureText(command ?? 'Sending', answer);
    },
    async press(press: Press, message: Message, choices: Choices): Promise<void> {
      orToast(await post('click', { ...placeOf(message), ...pressFields(press, choices) }));
    },
    async pressInView(press: Press, view: View, choices: Choices): Promise<void> {
      orToast(await post('click', { view_id: view.id, ...pressFields(press, choices) }));
    },
    async submit(view: View, choices: Choices): Promise<Answer> {
      const answer = await post('submit', { view_id: view.id, values: submitValues(choices) });
      await sync.refetchViews();
      return answer;
    },
    async closeView(view: View): Promise<void> {
      orToast(await post('close', { view_id: view.id }));
      await sync.refetchViews();
    },
    async runShortcut(callbackId: string, message: Message | undefined): Promise<void> {
      orToast(await post('shortcut', { callback_id: callbackId, ...(message && placeOf(message)) }));
    },
    /** The text to show in red, or undefined when the edit is saved. */
    async edit(message: Message, text: string): Promise<string | undefined> {
      const answer = await post('edit', { ...placeOf(message), text });
      return answer.ok ? undefined : failureText('Saving the edit', answer);
    },
  };
}

const wayOf = (threadTs: string | undefined): string => (threadTs === undefined ? 'message' : 'reply');

function showToast(store: Store, text: string): void {
  const id = Date.now() + Math.random();
  store.change((state) => ({ ...state, toasts: [...state.toasts, { id, text }] }));
  const drop = (): void => store.change((state) => ({ ...state, toasts: state.toasts.filter((toast) => toast.id !== id) }));
  window.setTimeout(drop, TOAST_MS);
}
