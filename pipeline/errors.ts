/** A fault, not an expected refusal: it ends a step, is recorded, and a person is told. `code` is stable, the message is for people. */
export class GovernorError extends Error {
  readonly code: string;

  constructor(code: string, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'GovernorError';
    this.code = code;
  }
}

/** The words of anything thrown, for a log line or a card. */
export function problemOf(fault: unknown): string {
  if (fault instanceof Error) return fault.message || fault.name;
  return typeof fault === 'string' ? fault : 'an unknown fault';
}
