import { decodeEntities } from './control.ts';

type Names = { userName: (id: string) => string; channelName: (id: string) => string; groupHandle: (id: string) => string };

/** A message's text as its author would type it again: names where the workspace keeps ids, addresses without brackets. */
export function typedText(text: string, { userName, channelName, groupHandle }: Names): string {
  const typed = text
    .replace(/<@([UW][A-Z0-9]+)(?:\|[^<>]*)?>/g, (_whole, id: string) => `@${userName(id)}`)
    .replace(/<#([CGD][A-Z0-9]+)(?:\|[^<>]*)?>/g, (_whole, id: string) => `#${channelName(id)}`)
    .replace(/<!subteam\^(S[A-Z0-9]+)(?:\|[^<>]*)?>/g, (_whole, id: string) => `@${groupHandle(id)}`)
    .replace(/<!(here|channel|everyone)(?:\|[^<>]*)?>/g, '@$1')
    .replace(/<(https?:[^<>|]+)(?:\|[^<>]*)?>/g, '$1');
  return decodeEntities(typed);
}
