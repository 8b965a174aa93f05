import { fetchProblem } from '../../outward/fetch-whole.ts';
import { kibanaFault } from './faults.ts';

/** `url` carries the space where it is not the default one, as `https://kibana.example/s/ops`. */
export type KibanaAddress = { url: string; apiKey: string };

export type KibanaHttp = {
  /** Throws `kibana_away` where no answer came; an answer of any status is returned. */
  send(request: { method: 'GET' | 'POST'; path: string; body?: unknown; signal: AbortSignal }): Promise<Response>;
};

const API_VERSION = '2023-10-31';
const INTERNAL = '/internal/';

/** Kibana's HTTP API with a key. */
export function createKibanaHttp({ url, apiKey }: KibanaAddress): KibanaHttp {
  const base = url.replace(/\/+$/, '');
  return {
    async send({ method, path, body, signal }) {
      const content = body === undefined ? {} : { body: JSON.stringify(body) };
      // A redirected request would carry the key to somebody else.
      const init = { method, headers: headersFor(path, apiKey), signal, redirect: 'error' as const, ...content };
      try {
        return await fetch(`${base}${path}`, init);
      } catch (fault) {
        if (signal.aborted) throw signal.reason;
        throw kibanaFault('kibana_away', fetchProblem(fault), fault);
      }
    },
  };
}

/** Routes that only Kibana's own pages use have no dated version, and want to be told who asks. */
function headersFor(path: string, apiKey: string): Record<string, string> {
  const common = { authorization: `ApiKey ${apiKey}`, 'kbn-xsrf': 'true', 'content-type': 'application/json' };
  const isInternal = path.startsWith(INTERNAL);
  return { ...common, ...(isInternal ? { 'x-elastic-internal-origin': 'Kibana' } : { 'elastic-api-version': API_VERSION }) };
}
