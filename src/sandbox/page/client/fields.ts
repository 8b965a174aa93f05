/** Outside JSON on the page: read field by field, because nothing that arrives is trusted to have the shape it should. */
export type Fields = Readonly<Record<string, unknown>>;

/** A JSON object, and neither null nor a list. */
export const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);

export const fieldsIn = (from: Fields, name: string): Fields | undefined => {
  const value = from[name];
  return isFields(value) ? value : undefined;
};

export const textIn = (from: Fields, name: string): string | undefined => {
  const value = from[name];
  return typeof value === 'string' ? value : undefined;
};

export const numberIn = (from: Fields, name: string): number | undefined => {
  const value = from[name];
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
};

export const flagIn = (from: Fields, name: string): boolean => from[name] === true;

/** The objects of a list; other entries are left out, an absent list is empty. */
export const listIn = (from: Fields, name: string): Fields[] => {
  const value = from[name];
  return Array.isArray(value) ? value.filter(isFields) : [];
};

export const textsIn = (from: Fields, name: string): string[] => {
  const value = from[name];
  return Array.isArray(value) ? value.filter((entry): entry is string => typeof entry === 'string') : [];
};

/** The entries of a list as they are, for lists whose entries are drawn or refused one by one; undefined if it is no list. */
export const entriesIn = (from: Fields, name: string): readonly unknown[] | undefined => {
  const value = from[name];
  return Array.isArray(value) ? value : undefined;
};
