import { type Drawn, el, use } from '../../dom.ts';
import { type Fields, fieldsIn, textIn } from '../../fields.ts';
import { safeUrl } from '../../text/safe-url.ts';
import { type IconName, icon } from '../../ui/icon.ts';
import { labelOf, Text, type TextObject, textField } from '../text.ts';
import { useAnswer } from './answer.ts';
import type { ElementProps } from './element.ts';

const STYLES = new Set(['primary', 'danger']);

/** Styles other than primary and danger are refused, as Slack refuses them. */
export function pressButton({ element, blockId }: ElementProps): Drawn | undefined {
  const text = textField(element, 'text');
  const style = textIn(element, 'style');
  if (text === undefined || (style !== undefined && !STYLES.has(style))) return undefined;
  return use(Button, { element, blockId, text, style: style ?? 'default' });
}

function Button({ element, blockId, text, style }: { element: Fields; blockId: string; text: TextObject; style: string }): Drawn {
  const { ids, pending, give } = useAnswer(element, blockId, 'send');
  const value = textIn(element, 'value');
  const url = safeUrl(textIn(element, 'url') ?? '');
  const press = (): void => give({ ...(value === undefined ? {} : { value }) });
  const attributes = {
    ...ids,
    class: `button button-${style}${pending ? ' is-pending' : ''}`,
    'aria-label': textIn(element, 'accessibility_label'),
    'aria-busy': pending,
    onClick: press,
  };
  // A button with an address opens it and still tells the app, as in Slack.
  if (url !== undefined)
    return el('a', { ...attributes, href: url, target: '_blank', rel: 'noopener noreferrer', title: url }, use(Text, { text }));
  return el('button', { ...attributes, type: 'button', disabled: pending }, use(Text, { text }));
}

/** A button drawn as a picture with its text as label. */
export function iconButton({ element, blockId }: ElementProps): Drawn | undefined {
  const text = textField(element, 'text');
  return text === undefined ? undefined : use(IconButton, { element, blockId, label: text.text });
}

function IconButton({ element, blockId, label }: { element: Fields; blockId: string; label: string }): Drawn {
  const { ids, pending, give } = useAnswer(element, blockId, 'send');
  const value = textIn(element, 'value');
  const glyph = icon(textIn(element, 'icon') === 'trash' ? 'trash' : 'more');
  const press = (): void => give({ ...(value === undefined ? {} : { value }) });
  return el(
    'button',
    { ...ids, type: 'button', class: 'icon-button', title: label, 'aria-label': label, disabled: pending, onClick: press },
    glyph,
  );
}

/** Two thumbs that share one action id and differ by value. */
export function feedbackButtons({ element, blockId }: ElementProps): Drawn | undefined {
  const positive = fieldsIn(element, 'positive_button');
  const negative = fieldsIn(element, 'negative_button');
  if (positive === undefined || negative === undefined) return undefined;
  return use(Feedback, { element, blockId, positive, negative });
}

function Feedback({
  element,
  blockId,
  positive,
  negative,
}: {
  element: Fields;
  blockId: string;
  positive: Fields;
  negative: Fields;
}): Drawn {
  const { ids, chosen, pending, give } = useAnswer(element, blockId, 'send');
  const choice = (button: Fields, name: IconName): Drawn => {
    const value = textIn(button, 'value') ?? '';
    const label = labelOf(button, 'text') ?? name;
    const attributes = {
      ...ids,
      type: 'button',
      class: 'icon-button',
      title: label,
      'aria-label': label,
      'aria-pressed': chosen?.value === value,
    };
    return el('button', { ...attributes, disabled: pending, onClick: () => give({ value }) }, icon(name));
  };
  return el('span', { class: 'feedback' }, choice(positive, 'up'), choice(negative, 'low'));
}
