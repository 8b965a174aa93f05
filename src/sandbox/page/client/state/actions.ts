import type { Choices, Press } from '../blocks/surface.ts';
import type { Fields } from '../fields.ts';
import type { Answer, Api } from '../wire/api.ts';
import type { Message, View } from '../wire/model.ts';
import { pressFields, submitValues } from '../wire/press.ts';
import { failureText } from './failures.ts';
import { type Drawer, FIRST_CHANNEL, type Place } from './state.ts';
import type { Store } from './store.ts';
import type { Sync } from './sync.ts';

const TOAST_MS = 6_000;
const ACCOUNT_KEY = 'sandbox.act-as';

export type Actions = ReturnType<typeof createActions>;

/** Everything a person can do on the page. Each returns the error to show where it was done; clicks that fail show a toast. */
export function createActions({ store, api, sync }: { store: Store; api: Api; sync: Sync }) {
  const asMe = (fields: Fields): Fields => ({ user: store.read().actAs, ...fields });
  const toast = (text: string): void => {
    const id = Date.now() + Math.random();
    store.change((state) => ({ ...state, toasts: [...state.toasts, { id, text }] }));
    window.setTimeout(
      () => store.change((state) => ({ ...state, toasts: state.toasts.filter((shown) => shown.id !== id) })),
      TOAST_MS,
    );
  };
  const orToast = (answer: Answer): void => {
    if (!answer.ok) toast(failureText('That', answer));
  };

  return {
    ...createNavigation(store, api, sync, orToast),
    toast,
    /** Posts or runs what was typed; the text to show in red, or undefined when it went well. */
    send(channel: string, text: string, threadTs: string | undefined): Promise<string | undefined> {
      return sendTyped(api, asMe({ channel, text }), text, threadTs);
    },
    async press(press: Press, message: Message, choices: Choices): Promise<void> {
      orToast(
        await api.post('/_control/click', asMe({ channel: message.channel, ts: message.ts, ...pressFields(press, choices) })),
      );
    },
    async pressInView(press: Press, view: View, choices: Choices): Promise<void> {
      orToast(await api.post('/_control/click', asMe({ view_id: view.id, ...pressFields(press, choices) })));
    },
    async submit(view: View, choices: Choices): Promise<Answer> {
      const answer = await api.post('/_control/submit', asMe({ view_id: view.id, values: submitValues(choices) }));
      await sync.refetchViews();
      return answer;
    },
    async closeView(view: View): Promise<void> {
      orToast(await api.post('/_control/close', asMe({ view_id: view.id })));
      await sync.refetchViews();
    },
    async runShortcut(callbackId: string, message: Message | undefined): Promise<void> {
      orToast(
        await api.post(
          '/_control/shortcut',
          asMe({ callback_id: callbackId, ...(message && { channel: message.channel, ts: message.ts }) }),
        ),
      );
    },
    async edit(message: Message, text: string): Promise<string | undefined> {
      const answer = await api.post('/_control/edit', asMe({ channel: message.channel, ts: message.ts, text }));
      return answer.ok ? undefined : failureText('Saving the edit', answer);
    },
  };
}

/** A line that begins with a slash is a command, everything else a message or a reply. */
async function sendTyped(api: Api, request: Fields, text: string, threadTs: string | undefined): Promise<string | undefined> {
  const command = /^\/[a-z][^\s]*/.exec(text)?.[0];
  const threaded = threadTs === undefined ? request : { ...request, thread_ts: threadTs };
  const path = command === undefined ? 'message' : 'command';
  const answer = await api.post(`/_control/${threadTs !== undefined && command === undefined ? 'reply' : path}`, threaded);
  return answer.ok ? undefined : failureText(command ?? 'Sending', answer);
}

/** The account of this tab's last visit, so that a reload keeps it; each tab may act as somebody else. */
export const rememberedAccount = (): string | undefined => sessionStorage.getItem(ACCOUNT_KEY) ?? undefined;
