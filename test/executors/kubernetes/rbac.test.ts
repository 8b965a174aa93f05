import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';

const Rule = z.object({ apiGroups: z.array(z.string()), resources: z.array(z.string()), verbs: z.array(z.string()) });
const Document = z.object({ kind: z.string(), rules: z.array(Rule).optional() });

test('the manifest grants what the executor asks for, and not a verb more', () => {
  const text = readFileSync(new URL('../../../docs/kubernetes-rbac.yaml', import.meta.url), 'utf8');
  const documents = parseAllDocuments(text).map((document) => Document.parse(document.toJS()));
  const granted = documents.flatMap(({ kind, rules = [] }) =>
    rules.flatMap(({ resources, verbs }) => resources.flatMap((resource) => verbs.map((verb) => `${kind} ${verb} ${resource}`))),
  );
  expect(granted.sort()).toEqual(
    [
      'ClusterRole get nodes',
      'ClusterRole patch nodes',
      ...['daemonsets', 'deployments', 'statefulsets'].flatMap((kind) => [`Role get ${kind}`, `Role patch ${kind}`]),
      'Role list replicasets',
    ].sort(),
  );
});
