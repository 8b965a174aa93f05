import { z } from 'zod';
import { GovernorError } from '../../pipeline/errors.ts';
import { fetchWhole } from '../outward/fetch-whole.ts';
import type { Framework } from './frameworks.ts';

export type ExperimentAnswer =
  | { ok: true; status: string; message: string }
  | { ok: false; refusal: 'not_configured' | 'unknown_model'; message: string };

type Parts = { urls: Readonly<Record<Framework, string | null>>; timeoutMs?: number };
type Experiment = { framework: Framework; model: string; concepts?: readonly string[] };

const TIMEOUT_MS = 5_000;
const WORDS_MAX = 300;
const UNKNOWN: ReadonlySet<number> = new Set([400, 404]);
const Said = z.looseObject({
  status: z.string().max(100).optional(),
  message: z.string().optional(),
  detail: z.string().optional().catch(undefined),
});

/** EECT's service names the field otherwise than the others do. */
const modelField = (framework: Framework): string => (framework === 'eect' ? 'model_name' : 'model');

/**
 * Asks a framework's service to measure a model. That takes it minutes or hours and costs calls of that model; the answer
 * only says whether it has begun. Throws GovernorError `score_service_failed` where that is not known.
 */
export async function runExperiment(
  { urls, timeoutMs = TIMEOUT_MS }: Parts,
  { framework, model, concepts }: Experiment,
): Promise<ExperimentAnswer> {
  const url = urls[framework];
  if (url === null)
    return { ok: false, refusal: 'not_configured', message: `no ${framework.toUpperCase()} service is configured` };
  const body = { [modelField(framework)]: model, ...(concepts === undefined ? {} : { concepts }) };
  const { status, said } = await send(`${url.replace(/\/+$/, '')}/run_experiment`, body, timeoutMs);
  if (UNKNOWN.has(status)) return { ok: false, refusal: 'unknown_model', message: words(said.detail ?? said.message) };
  if (status >= 400 || said.status === 'error')
    throw new GovernorError(
      'score_service_failed',
      `the ${framework.toUpperCase()} service did not begin: ${words(said.message) || status}`,
    );
  return { ok: true, status: said.status ?? 'accepted', message: words(said.message) };
}

const words = (text: string | undefined): string => (text ?? '').slice(0, WORDS_MAX);

async function send(url: string, body: object, timeoutMs: number): Promise<{ status: number; said: z.infer<typeof Said> }> {
  try {
    const headers = { 'content-type': 'application/json' };
    const { status, text } = await fetchWhole(url, { method: 'POST', headers, body: JSON.stringify(body), timeoutMs });
    return { status, said: Said.parse(JSON.parse(text)) };
  } catch (cause) {
    throw new GovernorError('score_service_failed', 'the score service gave no answer that can be read', { cause });
  }
}
