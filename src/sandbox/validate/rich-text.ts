import { anything, boolean, integer, list, number, object, oneOf, type Rule, string, typed } from './rules.ts';
import { link } from './texts.ts';

const ITEMS_MAX = 1000;
const TEXT_MAX = 12_000;
const INDENT_MAX = 8;
const ID_MAX = 255;

const style = object(
  {},
  {
    bold: boolean,
    italic: boolean,
    strike: boolean,
    underline: boolean,
    code: boolean,
    unlink: boolean,
    client_highlight: boolean,
  },
);
const inline = (required: Record<string, Rule>, optional: Record<string, Rule> = {}): Rule =>
  object({ type: anything, ...required }, { style, ...optional });

const INLINE: Readonly<Record<string, Rule>> = {
  text: inline({ text: string(TEXT_MAX) }),
  link: inline({ url: link }, { text: string(TEXT_MAX), unsafe: boolean }),
  emoji: inline({ name: string(ID_MAX) }, { unicode: string(ID_MAX), url: link }),
  user: inline({ user_id: string(ID_MAX) }),
  usergroup: inline({ usergroup_id: string(ID_MAX) }),
  channel: inline({ channel_id: string(ID_MAX) }),
  team: inline({ team_id: string(ID_MAX) }),
  broadcast: inline({ range: oneOf('here', 'channel', 'everyone') }),
  color: inline({ value: string(ID_MAX) }),
  date: inline({ timestamp: number, format: string(TEXT_MAX) }, { url: link, fallback: string(TEXT_MAX) }),
};

const inlines = list(
  typed(() => INLINE),
  ITEMS_MAX,
  0,
);
const border = oneOf(0, 1);
const section = object({ type: oneOf('rich_text_section'), elements: inlines });

const PARTS: Readonly<Record<string, Rule>> = {
  rich_text_section: section,
  rich_text_list: object(
    { type: anything, elements: list(section, ITEMS_MAX), style: oneOf('bullet', 'ordered') },
    { indent: integer(0, INDENT_MAX), offset: integer(0, ITEMS_MAX), border },
  ),
  rich_text_quote: object({ type: anything, elements: inlines }, { border }),
  rich_text_preformatted: object(
    {
      type: anything,
      elements: list(
        typed(() => INLINE, ['text', 'link']),
        ITEMS_MAX,
        0,
      ),
    },
    { border, language: string(ID_MAX) },
  ),
};

/** A rich_text block; also the content of task cards, table cells and rich text inputs. */
export const richText: Rule = object(
  {
    type: oneOf('rich_text'),
    elements: list(
      typed(() => PARTS),
      ITEMS_MAX,
    ),
  },
  { block_id: string(ID_MAX) },
);
