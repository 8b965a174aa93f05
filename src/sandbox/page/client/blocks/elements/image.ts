import { type Drawn, el } from '../../dom.ts';
import { textIn } from '../../fields.ts';
import { icon } from '../../ui/icon.ts';
import type { ElementProps } from './element.ts';

/** A small image. It is named, never loaded: a card must not be able to make a browser call an address. */
export function imageElement({ element }: ElementProps): Drawn | undefined {
  const alt = textIn(element, 'alt_text');
  if (alt === undefined) return undefined;
  return el(
    'span',
    {
      class: 'image-small',
      role: 'img',
      'aria-label': alt,
      title: `${alt} (${textIn(element, 'image_url') ?? 'workspace file'}; not loaded)`,
    },
    icon('image'),
  );
}
