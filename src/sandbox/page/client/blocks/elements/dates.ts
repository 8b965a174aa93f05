import { type Drawn, el, use } from '../../dom.ts';
import { type Fields, numberIn, textIn } from '../../fields.ts';
import { labelOf } from '../text.ts';
import { useAnswer } from './answer.ts';
import type { ElementProps } from './element.ts';

type Kind = {
  input: string;
  field: string;
  read: (chosen: Fields | undefined, element: Fields) => string;
  write: (value: string) => string | number;
};

const text =
  (field: string, initial: string) =>
  (chosen: Fields | undefined, element: Fields): string =>
    textIn(chosen ?? {}, field) ?? textIn(element, initial) ?? '';

const KINDS: Record<string, Kind> = {
  datepicker: { input: 'date', field: 'selected_date', read: text('selected_date', 'initial_date'), write: (value) => value },
  timepicker: { input: 'time', field: 'selected_time', read: text('selected_time', 'initial_time'), write: (value) => value },
  datetimepicker: {
    input: 'datetime-local',
    field: 'selected_date_time',
    read: (chosen, element) => toLocal(numberIn(chosen ?? {}, 'selected_date_time') ?? numberIn(element, 'initial_date_time')),
    write: (value) => Math.floor(new Date(value).getTime() / 1_000),
  },
};

/** Day, time of day, or both, by the browser's own fields. */
export function dateInput(props: ElementProps): Drawn | undefined {
  const kind = KINDS[textIn(props.element, 'type') ?? ''];
  return kind === undefined ? undefined : use(DateInput, { ...props, kind });
}

function DateInput({ element, blockId, mode, kind }: ElementProps & { kind: Kind }): Drawn {
  const { ids, chosen, pending, give } = useAnswer(element, blockId, mode);
  const onChange = (event: Event): void => {
    if (event.currentTarget instanceof HTMLInputElement)
      give({ [kind.field]: event.currentTarget.value === '' ? null : kind.write(event.currentTarget.value) });
  };
  const attributes = {
    ...ids,
    class: 'field',
    type: kind.input,
    'aria-label': labelOf(element, 'placeholder'),
    value: kind.read(chosen, element),
  };
  return el('input', { ...attributes, disabled: pending, onChange });
}

/** The local form of a time in seconds that a datetime-local field takes. */
function toLocal(seconds: number | undefined): string {
  if (seconds === undefined) return '';
  const at = new Date(seconds * 1_000);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
