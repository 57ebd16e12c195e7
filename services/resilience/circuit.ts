export type CircuitState = 'closed' | 'open' | 'half-open';

/** A circuit breaker as health checks and metrics see it: `closed` passes calls, `open` refuses them, `half-open` tries one. */
export interface Circuit {
  /** Names what it guards, such as `model`. */
  readonly name: string;
  state(): CircuitState;
}
