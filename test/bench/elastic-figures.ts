import type { Figure } from './figures.ts';

/** A figure without a target: it says what there is, and `by` what it is made of. */
export type Told = { id: string; metric: string; unit: string; ours: number; peer?: number; by?: Record<string, number> };
export type Print = (line: Figure | Told) => void;
