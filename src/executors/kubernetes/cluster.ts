import type { Configuration, KubeConfig } from '@kubernetes/client-node';
import type { z } from 'zod';
import type { KubernetesExecutorConfig } from '../../../contracts/executors.ts';
import { GovernorError, problemOf } from '../../../pipeline/errors.ts';
import { short } from '../answers.ts';
import { lost } from '../exchange.ts';
import type { Patch } from './change.ts';
import { ClusterObject, ObjectList, StatusObject } from './objects.ts';
import type { ObjectRef } from './target.ts';

/** A refusal is the API server's own word that nothing was changed. */
export type ClusterAnswer<T> = { ok: true; value: T } | { ok: false; status: number; refusal: string };

/** The cluster, as far as it is needed. Every method throws `answer_lost` where no definite answer came. */
export type Cluster = {
  read(ref: ObjectRef): Promise<ClusterAnswer<ClusterObject>>;
  replicaSets(namespace: string, labels: Readonly<Record<string, string>>): Promise<ClusterAnswer<{ items: ClusterObject[] }>>;
  patch(ref: ObjectRef, patch: Patch, dryRun: boolean): Promise<ClusterAnswer<ClusterObject>>;
};

const NAME = 'the Kubernetes API server';
const MS = 1_000;
const TOO_MANY = 429;
const REQUEST_TIMEOUT = 408;
const FAULT_MIN = 500;
const PLURALS = { deployment: 'deployments', statefulset: 'statefulsets', daemonset: 'daemonsets' } as const;

type Call = { method: 'GET' | 'PATCH'; path: string; body?: string };

/**
 * Requests go out as they are written here and answers are read as they come: the typed client would drop fields that
 * it does not know, and a pod template that is put back must be whole. The package gives addresses, keys and TLS.
 */
export async function openCluster({
  kubeconfig,
  context,
  timeout_s,
}: Pick<KubernetesExecutorConfig, 'kubeconfig' | 'context' | 'timeout_s'>): Promise<Cluster> {
  const { KubeConfig, RequestContext, HttpMethod, createConfiguration } = await import('@kubernetes/client-node');
  const access = new KubeConfig();
  if (kubeconfig === undefined) access.loadFromCluster();
  else access.loadFromFile(kubeconfig);
  if (context !== undefined) access.setCurrentContext(context);
  const server = serverOf(access);
  const { httpApi }: Pick<Configuration, 'httpApi'> = createConfiguration();

  const send = async ({ method, path, body }: Call): Promise<{ status: number; text: string }> => {
    const request = new RequestContext(`${server}${path}`, HttpMethod[method]);
    request.setHeaderParam('accept', 'application/json');
    if (body !== undefined) {
      request.setHeaderParam('content-type', 'application/json-patch+json');
      request.setBody(body);
    }
    request.setSignal(AbortSignal.timeout(timeout_s * MS));
    try {
      await access.applySecurityAuthentication(request);
      const response = await httpApi.send(request).toPromise();
      return { status: response.httpStatusCode, text: await response.body.text() };
    } catch (fault) {
      throw lost(NAME, whyOf(fault), fault);
    }
  };
  const call = async <T>(asked: Call, shape: z.ZodType<T>): Promise<ClusterAnswer<T>> => answerOf(await send(asked), shape);

  return {
    read: (ref) => call({ method: 'GET', path: pathOf(ref) }, ClusterObject),
    replicaSets(namespace, labels) {
      const selector = Object.entries(labels).map(([name, value]) => `${name}=${value}`);
      const query = new URLSearchParams({ labelSelector: selector.join(',') });
      return call({ method: 'GET', path: `/apis/apps/v1/namespaces/${namespace}/replicasets?${query}` }, ObjectList);
    },
    patch(ref, patch, dryRun) {
      const query = new URLSearchParams({ fieldManager: 'safety-governor', ...(dryRun ? { dryRun: 'All' } : {}) });
      return call({ method: 'PATCH', path: `${pathOf(ref)}?${query}`, body: JSON.stringify(patch) }, ClusterObject);
    },
  };
}

function serverOf(access: KubeConfig): string {
  const server = access.getCurrentCluster()?.server;
  if (server === undefined) throw new GovernorError('kubernetes_unconfigured', 'the kubeconfig names no cluster for its context');
  return server.replace(/\/+$/, '');
}

/** Names were checked before: none of them can change the path. */
const pathOf = (ref: ObjectRef): string =>
  ref.kind === 'node'
    ? `/api/v1/nodes/${ref.name}`
    : `/apis/apps/v1/namespaces/${ref.namespace}/${PLURALS[ref.kind]}/${ref.name}`;

function answerOf<T>({ status, text }: { status: number; text: string }, shape: z.ZodType<T>): ClusterAnswer<T> {
  const body = jsonIn(text);
  if (status >= 200 && status < 300) {
    const value = shape.safeParse(body);
    if (!value.success) throw lost(NAME, 'the answer is no object of Kubernetes', value.error);
    return { ok: true, value: value.data };
  }
  const told = StatusObject.safeParse(body);
  // A proxy in between may say 429 after having passed the request on; the API server itself says it before it looks.
  const isUnclear = status < 400 || status >= FAULT_MIN || status === REQUEST_TIMEOUT || (status === TOO_MANY && !told.success);
  if (isUnclear) throw lost(NAME, `status ${status}`);
  return { ok: false, status, refusal: short(told.success && told.data.message !== '' ? told.data.message : `status ${status}`) };
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // A page of some proxy: the status says what can be known.
    return null;
  }
}

const whyOf = (fault: unknown): string =>
  fault instanceof TypeError && fault.cause !== undefined ? problemOf(fault.cause) : problemOf(fault);
