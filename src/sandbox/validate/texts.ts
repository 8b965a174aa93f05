import { anything, boolean, exactlyOneOf, list, matching, object, oneOf, type Rule, string, typed } from './rules.ts';

const TEXT_MAX = 3000;
const URL_MAX = 3000;
const ID_MAX = 255;
const ALT_TEXT_MAX = 2000;
const WEB_ADDRESS = /^https?:\/\/\S+$/;
const LINK = /^(?:https?|mailto|tel|slack):\S+$/;

export const plainText = (max = TEXT_MAX, min = 1): Rule => textOf(['plain_text'], max, min);
export const mrkdwn = (max = TEXT_MAX): Rule => textOf(['mrkdwn'], max, 1);
export const anyText = (max = TEXT_MAX): Rule => textOf(['plain_text', 'mrkdwn'], max, 1);

function textOf(types: readonly string[], max: number, min: number): Rule {
  const rules: Record<string, Rule> = {
    plain_text: object({ type: anything, text: string(max, min) }, { emoji: boolean }),
    mrkdwn: object({ type: anything, text: string(max, min) }, { verbatim: boolean }),
  };
  return typed(() => rules, types);
}

const address = (pattern: RegExp): Rule => {
  const form = matching(pattern, 'a valid URL');
  const length = string(URL_MAX);
  return (value, at) => [...length(value, at), ...form(value, at)].slice(0, 1);
};
/** An address that is loaded: http or https. */
export const webAddress = address(WEB_ADDRESS);
/** An address that a person may follow. */
export const link = address(LINK);

export const altText = string(ALT_TEXT_MAX);
export const slackFile: Rule = object({}, { id: string(ID_MAX), url: webAddress }, exactlyOneOf('id', 'url'));

export const confirm: Rule = object(
  { text: anyText(300) },
  { title: plainText(100), confirm: plainText(30), deny: plainText(30), style: oneOf('primary', 'danger') },
);

export const placeholder = plainText(150);

const OPTION_VALUE_MAX = 150;
const OPTION_TEXT_MAX = 75;
export const option = (text: (max: number) => Rule = plainText, withUrl = false): Rule =>
  object(
    { text: text(OPTION_TEXT_MAX), value: string(OPTION_VALUE_MAX) },
    { description: text(OPTION_TEXT_MAX), ...(withUrl ? { url: webAddress } : {}) },
  );

export const optionGroup = (max: number): Rule => object({ label: plainText(OPTION_TEXT_MAX), options: list(option(), max) });
