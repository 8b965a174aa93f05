import { type Fields, isFields, textIn } from '../fields.ts';

export type Failure = {
  ok: false;
  /** A code or a sentence of the control API; where nothing answered, a sentence of ours. */
  error: string;
  /** The whole sentence for the person, where the control API gave one. */
  message: string | undefined;
  body: Fields;
};
export type Answer = { ok: true; body: Fields } | Failure;

/** Each call resolves; none rejects. */
export type Api = {
  get: (path: string, query?: Readonly<Record<string, string>>) => Promise<Answer>;
  post: (path: string, body: Fields) => Promise<Answer>;
};

/** The control API on the server this page came from. A failure is an answer here: every caller shows it to a person. */
export function createApi(): Api {
  const ask = async (path: string, init: RequestInit): Promise<Answer> => {
    try {
      const response = await fetch(path, init);
      return toAnswer(response.ok, await response.json());
    } catch (fault) {
      return {
        ok: false,
        error: `the sandbox did not answer (${fault instanceof Error ? fault.message : String(fault)})`,
        message: undefined,
        body: {},
      };
    }
  };
  return {
    get: (path, query = {}) => ask(`${path}?${new URLSearchParams(query)}`, {}),
    post: (path, body) =>
      ask(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  };
}

function toAnswer(good: boolean, body: unknown): Answer {
  const fields = isFields(body) ? body : {};
  if (good && fields.ok !== false) return { ok: true, body: fields };
  return {
    ok: false,
    error: textIn(fields, 'error') ?? 'the sandbox refused without a reason',
    message: textIn(fields, 'message'),
    body: fields,
  };
}
