/** Where a store tells operators what they should know; a winston logger fits. */
export type StoreLog = {
  warn(message: string, details?: Record<string, unknown>): unknown;
  error(message: string, details?: Record<string, unknown>): unknown;
};
