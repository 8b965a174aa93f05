import { render } from 'preact';
import { use } from './dom.ts';
import { createActions } from './state/actions.ts';
import { rememberedAccount } from './state/navigation.ts';
import { createStore } from './state/store.ts';
import { createSync } from './state/sync.ts';
import { App } from './ui/app.ts';
import { createApi } from './wire/api.ts';

const root = document.getElementById('page');
if (root === null) throw new Error('the document has no place for the page');

const account = rememberedAccount();
const store = createStore(account === undefined ? {} : { actAs: account });
const api = createApi();
const sync = createSync({ store, api });
const actions = createActions({ store, api, sync });

root.replaceChildren();
render(use(App, { store, actions }), root);
sync.start();
