import { type Fields, fieldsIn, listIn, textIn } from '../../fields.ts';
import { labelOf, type TextObject, textField } from '../text.ts';

/** An option, checked; `raw` is what a choice of it sends. */
export type Option = { label: string; text: TextObject; value: string; description: TextObject | undefined; raw: Fields };
export type OptionGroup = { label: string | undefined; options: Option[] };

export function readOption(raw: Fields): Option | undefined {
  const text = textField(raw, 'text');
  const value = textIn(raw, 'value');
  if (text === undefined || value === undefined) return undefined;
  return { label: text.text, text, value, description: textField(raw, 'description'), raw };
}

/** The options under `name`; undefined if one of them is invalid, because a list with a missing choice misleads. */
export function readOptions(from: Fields, name: string): Option[] | undefined {
  const options = listIn(from, name).map(readOption);
  const valid = options.filter((option) => option !== undefined);
  return valid.length === options.length ? valid : undefined;
}

/** Options in their groups, or all of them as one group without a label. */
export function readGroups(element: Fields): OptionGroup[] | undefined {
  const groups = listIn(element, 'option_groups');
  if (groups.length === 0) {
    const options = readOptions(element, 'options');
    return options === undefined ? undefined : [{ label: undefined, options }];
  }
  const read = groups.map((group) => ({ label: labelOf(group, 'label'), options: readOptions(group, 'options') ?? [] }));
  return read.every(({ label, options }) => label !== undefined && options.length > 0) ? read : undefined;
}

/** The values of the options that a choice, or else the element's initial setting, names. */
export function chosenValues(chosen: Fields | undefined, element: Fields): string[] {
  const from = chosen ?? { selected_option: element.initial_option, selected_options: element.initial_options };
  const one = fieldsIn(from, 'selected_option');
  const options = one === undefined ? listIn(from, 'selected_options') : [one];
  return options.flatMap((option) => textIn(option, 'value') ?? []);
}
