/** A parameter's place in a text of the catalogue: `{name}`. */
const PLACE = /\{([a-z][a-z0-9_]{0,49})\}/g;

/** The parameters that a text has places for, each as often as it stands there. */
export const placesIn = (text: string): string[] => [...text.matchAll(PLACE)].map((match) => match[1] ?? '');

/** Whether each brace belongs to a place: any other one is a place that somebody misspelt. */
export const isWellFormed = (text: string): boolean => !/[{}]/.test(text.replaceAll(PLACE, ''));

/** The text with every place filled; `valueFor` is asked once a place. */
export const fillPlaces = (text: string, valueFor: (name: string) => string): string =>
  text.replaceAll(PLACE, (_place, name: string) => valueFor(name));
