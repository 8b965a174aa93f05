import { type Drawn, el, use } from '../../dom.ts';
import { type Fields, textIn, textsIn } from '../../fields.ts';
import { type Choice, type Directory, useDirectory } from '../surface.ts';
import { labelOf, type TextObject } from '../text.ts';
import { useAnswer } from './answer.ts';
import type { ElementProps } from './element.ts';
import { chosenValues, type Option, type OptionGroup, readGroups } from './options.ts';

/** What a select of people or channels offers, and the answer fields Slack uses for it. */
type Source = {
  one: string;
  many: string;
  initialOne: string;
  initialMany: string;
  entries: (directory: Directory) => readonly { id: string; name: string }[];
};

const SOURCES: Record<string, Source> = {
  users: {
    one: 'selected_user',
    many: 'selected_users',
    initialOne: 'initial_user',
    initialMany: 'initial_users',
    entries: ({ users }) => users,
  },
  channels: {
    one: 'selected_channel',
    many: 'selected_channels',
    initialOne: 'initial_channel',
    initialMany: 'initial_channels',
    entries: ({ channels }) => channels,
  },
  conversations: {
    one: 'selected_conversation',
    many: 'selected_conversations',
    initialOne: 'initial_conversation',
    initialMany: 'initial_conversations',
    entries: ({ channels }) => channels,
  },
};

const sourceOf = (element: Fields): Source | undefined =>
  SOURCES[(textIn(element, 'type') ?? '').replace(/^multi_/, '').replace(/_select$/, '')];

/** A menu of one choice: the browser's own, so that keys and screen readers work as everywhere. */
export function select(props: ElementProps): Drawn | undefined {
  const groups = readGroups(props.element);
  return groups === undefined ? undefined : use(Select, { ...props, groups });
}

/** A menu of several choices, drawn open as a list of checks. */
export function multiSelect(props: ElementProps): Drawn | undefined {
  const groups = readGroups(props.element);
  return groups === undefined ? undefined : use(MultiSelect, { ...props, groups });
}

type Props = ElementProps & { groups: OptionGroup[] };

function Select({ element, blockId, mode, groups }: Props): Drawn {
  const { ids, chosen, pending, give } = useAnswer(element, blockId, mode);
  const source = sourceOf(element);
  const offered = useOffered(source, groups);
  const selected =
    source === undefined
      ? chosenValues(chosen, element)[0]
      : (textIn(chosen ?? {}, source.one) ?? textIn(element, source.initialOne));
  const onChange = (event: Event): void => {
    if (!(event.currentTarget instanceof HTMLSelectElement)) return;
    const { value } = event.currentTarget;
    if (source !== undefined) give({ [source.one]: value });
    else
      give({ selected_option: offered.flatMap(({ options }) => options).find((option) => option.value === value)?.raw ?? null });
  };
  const label = labelOf(element, 'placeholder') ?? 'Select an option';
  const attributes = { ...ids, class: 'select', 'aria-label': label, disabled: pending, value: selected ?? '', onChange };
  return el('select', attributes, el('option', { value: '', disabled: true, hidden: true }, label), offered.map(optionGroup));
}

function optionGroup(group: OptionGroup, index: number): Drawn | Drawn[] {
  const options = group.options.map((option) => el('option', { key: option.value, value: option.value }, option.label));
  return group.label === undefined ? options : el('optgroup', { key: index, label: group.label }, options);
}

function MultiSelect({ element, blockId, mode, groups }: Props): Drawn {
  const { ids, chosen, pending, give } = useAnswer(element, blockId, mode);
  const source = sourceOf(element);
  const options = useOffered(source, groups).flatMap((group) => group.options);
  const selected = source === undefined ? chosenValues(chosen, element) : readMany(chosen, element, source);
  const toggle = (option: Option): void => {
    const next = options.filter(({ value }) => (value === option.value) !== selected.includes(value));
    give(
      source === undefined ? { selected_options: next.map(({ raw }) => raw) } : { [source.many]: next.map(({ value }) => value) },
    );
  };
  return el(
    'div',
    { ...ids, class: 'multi-select', role: 'group', 'aria-label': labelOf(element, 'placeholder') ?? 'Select options' },
    options.map((option) =>
      el(
        'label',
        { key: option.value, class: 'choice' },
        el('input', {
          type: 'checkbox',
          value: option.value,
          checked: selected.includes(option.value),
          disabled: pending,
          onChange: () => toggle(option),
        }),
        el('span', null, option.label),
      ),
    ),
  );
}

function readMany(chosen: Choice | undefined, element: Fields, source: Source): string[] {
  return chosen === undefined ? textsIn(element, source.initialMany) : textsIn(chosen, source.many);
}

function useOffered(source: Source | undefined, groups: OptionGroup[]): OptionGroup[] {
  const directory = useDirectory();
  if (source === undefined) return groups;
  const options = source.entries(directory).map(({ id, name }): Option => {
    const text: TextObject = { type: 'plain_text', text: name, emoji: false, verbatim: true };
    return { label: name, text, value: id, description: undefined, raw: {} };
  });
  return [{ label: undefined, options }];
}
