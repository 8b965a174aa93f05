/** Texts that stand for themselves; anything else is quoted, because it could read as a number or as syntax. */
const PLAIN = /^[A-Za-z_][\w.-]*$/;

/**
 * A value of JSON in rison, the notation of the state in Kibana's addresses, for use inside one part of an address:
 * everything that could end that part, a control sequence of Slack or a quotation is percent-encoded.
 */
export const rison = (value: unknown): string =>
  // What is left readable separates nothing outside of rison itself.
  encodeURIComponent(written(value)).replace(/%(?:2C|3A|2F)/g, decodeURIComponent);

function written(value: unknown): string {
  if (typeof value === 'string') return textOf(value);
  if (typeof value === 'boolean') return value ? '!t' : '!f';
  // There is no word for what is no number, and no `+` in an exponent.
  if (typeof value === 'number' && Number.isFinite(value)) return String(value).replace('+', '');
  if (Array.isArray(value)) return `!(${value.map(written).join(',')})`;
  return typeof value === 'object' && value !== null ? `(${fieldsOf(value).join(',')})` : '!n';
}

const fieldsOf = (value: object): string[] =>
  Object.entries(value).flatMap(([key, item]) => (item === undefined ? [] : [`${textOf(key)}:${written(item)}`]));

function textOf(text: string): string {
  // Half a character cannot be percent-encoded.
  const whole = text.toWellFormed();
  return PLAIN.test(whole) ? whole : `'${whole.replace(/['!]/g, '!$&')}'`;
}
