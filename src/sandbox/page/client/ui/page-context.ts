import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Question } from '../blocks/surface.ts';
import type { Actions } from '../state/actions.ts';
import { FIRST_STATE, type State } from '../state/state.ts';
import type { Account } from '../wire/model.ts';

/** What every part of the page may read and do. */
export type Page = { state: State; actions: Actions; ask: (question: Question) => void };

export const PageContext = createContext<Page | undefined>(undefined);

/** For components; throws where somebody draws one outside of the page, which is a mistake in the page. */
export function usePage(): Page {
  const page = useContext(PageContext);
  if (page === undefined) throw new Error('a part of the page was drawn outside of it');
  return page;
}

const NOBODY: Account = { id: '', name: '', realName: '', title: '', tint: '#616061', isBot: false, isStranger: false };

/** The account of that name, or one made of the name alone: an unknown author is still shown. */
export function accountNamed(name: string, { workspace }: State = FIRST_STATE): Account {
  return workspace?.accounts.find((account) => account.name === name) ?? { ...NOBODY, id: name, name, realName: name };
}
