/**
 * Tells how far a piece of work has come: called with a stage and how much there is to do, it gives a function to call
 * with what was done since. A stage with nothing to do is not told of.
 */
export type Steps = (stage: string, total: number) => (done: number) => void;
