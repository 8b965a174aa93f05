import { APP_ID, GOVERNOR, nameOf, TEAM } from '../accounts.ts';
import type { Changes } from '../changes.ts';
import { newId, newSecret } from '../ids.ts';
import type { OpenView, ViewPayload, Views } from '../store/views.ts';
import { withIds } from './block-ids.ts';
import { type StateValues, stateValues } from './elements.ts';

const STACK_MAX = 3;

export type ScreenOutcome =
  | { ok: true; view: OpenView }
  | { ok: false; error: 'push_limit_reached' | 'hash_conflict' | 'not_found' | 'duplicate_external_id' };

export type Screens = {
  open(user: string, payload: ViewPayload): ScreenOutcome;
  /** Puts a view on top of the user's stack. */
  push(user: string, payload: ViewPayload): ScreenOutcome;
  update(
    target: { view_id?: string | undefined; external_id?: string | undefined; hash?: string | undefined },
    payload: ViewPayload,
  ): ScreenOutcome;
  publish(user: string, payload: ViewPayload, hash?: string): ScreenOutcome;
  /** Takes a modal off the screen; with `all`, the whole stack it is in. */
  close(view: OpenView, all: boolean): void;
  /** Keeps what the user has entered, as the next interaction of the view reports it. */
  enter(view: OpenView, values: StateValues): OpenView;
};

/** What is on each user's screen: at most one App Home, and a stack of at most three modals. */
export function createScreens({ views, changes }: { views: Views; changes: Changes }): Screens {
  const show = (view: OpenView): ScreenOutcome => {
    views.put(view);
    changes.publish(view.view.type === 'home' ? 'home' : 'view', { view: shownView(view) }, [view.user]);
    return { ok: true, view };
  };
  const taken = (payload: ViewPayload, self?: OpenView): boolean => {
    const other = payload.external_id === undefined ? undefined : views.findExternal(payload.external_id);
    return other !== undefined && other.id !== self?.id;
  };
  const add = (user: string, payload: ViewPayload, previous: OpenView | undefined): ScreenOutcome => {
    if (taken(payload)) return { ok: false, error: 'duplicate_external_id' };
    const id = newId('V');
    const place = {
      root_view_id: previous?.root_view_id ?? id,
      previous_view_id: previous?.id ?? null,
      position: views.nextPosition(),
    };
    return show({ id, user, ...place, ...content(payload) });
  };
  const change = (view: OpenView, payload: ViewPayload, hash: string | undefined): ScreenOutcome => {
    if (hash !== undefined && hash !== view.hash) return { ok: false, error: 'hash_conflict' };
    if (taken(payload, view)) return { ok: false, error: 'duplicate_external_id' };
    return show({ ...view, ...content(payload, view.values) });
  };

  return {
    open: (user, payload) => add(user, payload, undefined),
    push(user, payload) {
      const front = views.modals(user).at(-1);
      const depth = views.modals(user).filter((modal) => modal.root_view_id === front?.root_view_id).length;
      return depth >= STACK_MAX ? { ok: false, error: 'push_limit_reached' } : add(user, payload, front);
    },
    update({ view_id: id, external_id: externalId, hash }, payload) {
      const view = id === undefined ? views.findExternal(externalId ?? '') : views.find(id);
      return view === undefined ? { ok: false, error: 'not_found' } : change(view, payload, hash);
    },
    publish(user, payload, hash) {
      const home = views.home(user);
      return home === undefined ? add(user, payload, undefined) : change(home, payload, hash);
    },
    close(view, all) {
      const closing = all ? views.modals(view.user).filter((modal) => modal.root_view_id === view.root_view_id) : [view];
      for (const { id, user } of closing) {
        views.remove(id);
        changes.publish('view_closed', { view_id: id, user: nameOf(user) }, [user]);
      }
    },
    enter(view, values) {
      const entered = { ...view, values: stateValues(view.view.blocks, { ...view.values, ...values }) };
      views.put(entered);
      return entered;
    },
  };
}

/** An updated view keeps what was entered in the fields that it still shows, as Slack does for equal block and action ids. */
function content(payload: ViewPayload, before: StateValues = {}): Pick<OpenView, 'view' | 'hash' | 'values'> {
  const view = { ...payload, blocks: payload.blocks.map(withIds) };
  return { view, hash: `${Math.floor(Date.now() / 1000)}.${newSecret(4)}`, values: stateValues(view.blocks, before) };
}

/** A view as the Web API and interactions carry it. */
export function apiView({ id, root_view_id, previous_view_id, hash, values, view }: OpenView): Record<string, unknown> {
  return {
    id,
    team_id: TEAM.id,
    type: view.type,
    blocks: view.blocks,
    private_metadata: view.private_metadata ?? '',
    callback_id: view.callback_id ?? '',
    state: { values },
    hash,
    title: view.title ?? { type: 'plain_text', text: 'View Title', emoji: true },
    clear_on_close: view.clear_on_close ?? false,
    notify_on_close: view.notify_on_close ?? false,
    close: view.close ?? null,
    submit: view.submit ?? null,
    previous_view_id,
    root_view_id,
    app_id: APP_ID,
    external_id: view.external_id ?? '',
    app_installed_team_id: TEAM.id,
    bot_id: GOVERNOR.bot.id,
  };
}

/** A view as the control API and the page show it. */
export function shownView(view: OpenView): Record<string, unknown> {
  return { ...apiView(view), user: nameOf(view.user), user_id: view.user, position: view.position };
}
