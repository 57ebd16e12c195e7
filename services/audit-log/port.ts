/** One thing that an administrator did. */
export interface AuditEntry {
  /** ISO 8601, UTC. */
  readonly at: string;
  /** Our id of them, and the issuer's. */
  readonly administrator: string;
  readonly account: string;
  /** The operation, such as `listAlerts`, and what it was about. */
  readonly action: string;
  readonly about: Readonly<Record<string, unknown>>;
  readonly requestId: string;
}

/** Keeps what administrators did, for whoever must answer for it; nothing is ever changed or removed in it. */
export interface AuditLog {
  /** Rejects with `data-unavailable` where it cannot be kept: then it must not be done. */
  record(entry: AuditEntry): Promise<void>;
}
