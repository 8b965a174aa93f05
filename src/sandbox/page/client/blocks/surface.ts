import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Fields } from '../fields.ts';

/** Names for ids, as the workspace knows them. An id that is unknown is shown as it is. */
export type Directory = {
  userName: (id: string) => string;
  channelName: (id: string) => string;
  groupHandle: (id: string) => string;
  users: readonly { id: string; name: string }[];
  channels: readonly { id: string; name: string }[];
};

/** What a person chose in an element, in the form Slack sends it: `{type, value | selected_option | …}`. */
export type Choice = Fields & { type: string };
/** `{block_id: {action_id: choice}}` */
export type Choices = Readonly<Record<string, Readonly<Record<string, Choice>>>>;

/** One use of an interactive element. `choice` holds the element's own answer fields. */
export type Press = { blockId: string; actionId: string; choice: Choice };

/** A question before a press is sent; `text` is a text object of the card. */
export type Question = { title: string; text: unknown; confirm: string; deny: string; danger: boolean; onConfirm: () => void };

/** Where blocks are shown: what a press does, what has been chosen so far, and which fields are complained about. */
export type Surface = {
  kind: 'message' | 'modal' | 'home';
  act: (press: Press) => void;
  choose: (press: Press) => void;
  ask: (question: Question) => void;
  choices: Choices;
  errors: Readonly<Record<string, string>>;
  /** `block_id/action_id` of the press on its way, if any. */
  pending: string | undefined;
};

/** For what is drawn outside of a workspace. */
export const EMPTY_DIRECTORY: Directory = {
  userName: (id) => id,
  channelName: (id) => id,
  groupHandle: (id) => id,
  users: [],
  channels: [],
};

export const DirectoryContext = createContext<Directory>(EMPTY_DIRECTORY);
export const SurfaceContext = createContext<Surface>({
  kind: 'message',
  act: () => undefined,
  choose: () => undefined,
  ask: () => undefined,
  choices: {},
  errors: {},
  pending: undefined,
});

export const useDirectory = (): Directory => useContext(DirectoryContext);
export const useSurface = (): Surface => useContext(SurfaceContext);
/** How a surface names the element whose press is on its way. */
export const pressKey = ({ blockId, actionId }: { blockId: string; actionId: string }): string => `${blockId}/${actionId}`;
