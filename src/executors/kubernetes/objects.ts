import { z } from 'zod';

const Texts = z.record(z.string(), z.string());
const Owner = z.looseObject({ uid: z.string(), controller: z.boolean().optional() });

/** As much of an object as is looked at; the rest is kept as it came, because a template is put back whole. */
export const ClusterObject = z.looseObject({
  metadata: z.looseObject({
    name: z.string(),
    uid: z.string(),
    resourceVersion: z.string().min(1),
    /** Counts changes of what is wanted of the object; nodes have none. */
    generation: z.number().optional(),
    annotations: Texts.nullish(),
    ownerReferences: z.array(Owner).nullish(),
  }),
  spec: z.looseObject({
    paused: z.boolean().optional(),
    replicas: z.number().optional(),
    unschedulable: z.boolean().optional(),
    selector: z.looseObject({ matchLabels: Texts.nullish() }).optional(),
    template: z
      .looseObject({ metadata: z.looseObject({ labels: Texts.nullish(), annotations: Texts.nullish() }).nullish() })
      .optional(),
  }),
});
export type ClusterObject = z.infer<typeof ClusterObject>;

export const ObjectList = z.looseObject({ items: z.array(ClusterObject) });

/** What an API server answers a request with that it does not carry out. */
export const StatusObject = z.looseObject({
  kind: z.literal('Status'),
  message: z.string().default(''),
  reason: z.string().default(''),
});
