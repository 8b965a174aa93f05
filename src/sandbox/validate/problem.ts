/** One thing that is wrong with a payload, and where, as blocks.validate words it. */
export type Problem = {
  code: string;
  message: string;
  /** The last part of the pointer. */
  field: string;
  /** A JSON pointer such as `/blocks/0/text`. */
  pointer: string;
  /** The limit that was passed, where there is one. */
  constraint?: number;
};

export function problem(code: string, message: string, pointer: string, constraint?: number): Problem {
  const field = pointer.split('/').at(-1) ?? '';
  return { code, message, field, pointer, ...(constraint === undefined ? {} : { constraint }) };
}

export function problemText({ message, pointer }: Problem): string {
  return `${message} [json-pointer:${pointer}]`;
}
