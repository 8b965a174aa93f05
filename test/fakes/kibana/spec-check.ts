import { readFileSync } from 'node:fs';
import { type Document, OpenAPIBackend } from 'openapi-backend';

/** As it came, the space's prefix taken off. */
export type Asked = { method: string; path: string; headers: Record<string, string>; body: unknown };
export type SpecCheck = {
  /** Whether there is such a route at all. */
  knows(asked: Asked): boolean;
  /** What is wrong with a request by the specification, said as Kibana says it; null where nothing is. */
  requestProblem(asked: Asked): string | null;
  /** Throws where this fake itself would answer what no Kibana answers. */
  checkResponse(operationId: string, body: unknown): void;
};

const SPEC: Document = JSON.parse(readFileSync(new URL('./spec.json', import.meta.url), 'utf8'));
const FORMATS = {
  uuid: /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i,
  'date-time': /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?Z$/,
};

type SchemaError = { instancePath: string; message?: string; params: Record<string, unknown> };

export function createSpecCheck(): SpecCheck {
  const api = new OpenAPIBackend({ definition: SPEC, quick: true, ajvOpts: { strict: false, formats: FORMATS } });
  void api.init();
  return {
    knows: ({ method, path, headers }) => api.matchOperation({ method, path, headers }) !== undefined,
    requestProblem({ method, path, headers, body }) {
      const { errors } = api.validator.validateRequest({ method, path, headers, query: {}, body });
      return errors?.[0] === undefined ? null : sentence(errors[0]);
    },
    checkResponse(operationId, body) {
      const { errors } = api.validator.validateResponse(body, operationId, 200);
      if (errors?.[0] !== undefined) throw new Error(`the fake Kibana answers wrongly: ${JSON.stringify(errors)}`);
    },
  };
}

function sentence({ instancePath, message, params }: SchemaError): string {
  const place = instancePath.replace(/^\/requestBody/, '').replaceAll('/', '.');
  if (typeof params.additionalProperty === 'string')
    return `[request body${place}.${params.additionalProperty}]: definition for this key is missing`;
  return `[request body${place}]: ${message ?? 'is wrong'}`;
}
