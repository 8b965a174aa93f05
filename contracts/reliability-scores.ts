import { z } from 'zod';

const Share = z.number().min(0).max(1);
const Source = z.strictObject({
  title: z.string().min(1),
  where: z.string().min(1),
  /** When the figures were read there. */
  read_on: z.iso.date(),
  how: z.string().min(1),
});

/** data/reliability-scores.json: figures that others published, by model. What is not there is unknown. */
export const ReliabilityScores = z.strictObject({
  note: z.string(),
  sources: z.strictObject({ ddft: Source, cdct: Source, eect: Source }),
  models: z.array(
    z.strictObject({
      model: z.string().min(1),
      /** `disputed`: publications of the same authors say different things. */
      ddft: z.strictObject({ comprehension_integrity: Share, disputed: z.literal(true).optional() }).optional(),
      cdct: z.strictObject({ u_curve_magnitude: Share, constraint_compliance: Share }).optional(),
      /** `ecs` is on 0 to 10. */
      eect: z.strictObject({ ecs: z.number().min(0).max(10), act_rate: Share }).optional(),
    }),
  ),
});
export type ReliabilityScores = z.infer<typeof ReliabilityScores>;
