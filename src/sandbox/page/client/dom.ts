import { type ComponentChildren, type ComponentType, h, type JSX } from 'preact';

/** What a component returns. */
export type Drawn = JSX.Element;
export type Children = ComponentChildren;

/** An HTML or SVG element. Attributes are set as properties or text by the library, never parsed as markup. */
export function el(tag: string, attributes: Readonly<Record<string, unknown>> | null, ...children: ComponentChildren[]): Drawn {
  return h(tag, attributes, ...children);
}

/** A component with its props, which keep their types. */
export function use<Props extends object>(
  component: ComponentType<Props>,
  props: Props & { key?: string | number },
  ...children: ComponentChildren[]
): Drawn {
  return h<Props>(component, props, ...children);
}
