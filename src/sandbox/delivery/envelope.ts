export type EnvelopeType = 'events_api' | 'slash_commands' | 'interactive';

/** One thing the workspace tells the app, whatever the transport. */
export type Envelope = {
  type: EnvelopeType;
  payload: Record<string, unknown>;
  acceptsResponsePayload: boolean;
  /** 0 for the first delivery of an event; `reason` as Slack words it for the transport in use. */
  retry: { attempt: number; reason: string };
};

export type DeliveryError = 'operation_timeout' | 'dispatch_failed' | 'connection_lost' | 'http_error' | 'no_retry';
/** `payload` is what the app acknowledged with; an empty acknowledgement is `undefined`. */
export type Outcome = { ok: true; payload: unknown; ack_ms: number } | { ok: false; error: DeliveryError; ack_ms: number };

export type Transport = {
  /** False = nobody is there to deliver to right now. */
  ready(): boolean;
  /** Delivers to exactly one receiver and waits for its acknowledgement, at most `limitMs`. */
  send(envelope: Envelope, limitMs: number): Promise<Outcome>;
  /** Breaks the connection an envelope would have used, for faults. */
  breakConnection(): void;
};
