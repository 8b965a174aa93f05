import { existsSync, readFileSync } from 'node:fs';
import { type Document, OpenAPIBackend } from 'openapi-backend';

export type Asked = { method: string; path: string; query: Record<string, string>; body: unknown };
export type SpecCheck = {
  /** What is wrong with a request by Atlassian's specification; null where nothing is, or where it is not told there. */
  requestProblem(asked: Asked): string | null;
  /** Throws where this fake itself would answer what no Jira answers. */
  checkResponse(asked: Asked, status: number, body: unknown): void;
};

/** Atlassian's document is not ours to carry: it is used where it lies beside the project. */
const SPEC = new URL('../../../../shared/specs/jira-v3.trimmed.json', import.meta.url);
export const isSpecAtHand = (): boolean => existsSync(SPEC);

const FORMATS = { int32: true, int64: true, uri: true, email: true, 'date-time': true, date: true, uuid: true } as const;
const NO_CHECK: SpecCheck = { requestProblem: () => null, checkResponse: () => undefined };

export function createSpecCheck(): SpecCheck {
  if (!isSpecAtHand()) return NO_CHECK;
  const definition: Document = JSON.parse(readFileSync(SPEC, 'utf8'));
  const api = new OpenAPIBackend({ definition, quick: true, ajvOpts: { strict: false, formats: FORMATS } });
  void api.init();
  const knows = ({ method, path }: Asked) => api.matchOperation({ method, path, headers: {} });
  return {
    requestProblem(asked) {
      if (knows(asked) === undefined) return null;
      const headers = { 'content-type': 'application/json' };
      const { errors } = api.validator.validateRequest({ ...asked, headers });
      return errors?.[0] === undefined ? null : `${errors[0].instancePath} ${errors[0].message ?? 'is wrong'}`;
    },
    checkResponse(asked, status, body) {
      const operation = knows(asked);
      if (operation === undefined || body === undefined) return;
      const { errors } = api.validator.validateResponse(body, operation, status);
      if (errors?.[0] !== undefined) throw new Error(`the fake Jira answers wrongly: ${JSON.stringify(errors)}`);
    },
  };
}
