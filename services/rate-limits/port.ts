/** How many of what somebody may have within a window of time, which begins with the first of them. */
export interface RateLimitRule {
  /** Names what is counted, such as `messages`, and no other rule does. */
  readonly name: string;
  readonly limit: number;
  readonly windowSeconds: number;
}

export interface RateLimitCount {
  readonly isAllowed: boolean;
  /** Within this window, with what was taken just now, also beyond the limit. */
  readonly used: number;
  readonly remaining: number;
  /** Until the window is over and all is free again. */
  readonly resetMs: number;
}

/**
 * Counts what people take. It never fails: where the shared counts cannot be reached, each process counts for itself.
 * Keys may name people; what is stored does not.
 */
export interface RateLimits {
  /** Takes so many, one where nothing is said, also where that is more than is left. */
  take(rule: RateLimitRule, key: string, amount?: number): Promise<RateLimitCount>;
  /** Forgets what this key took under the rule. */
  forget(rule: RateLimitRule, key: string): Promise<void>;
  close(): Promise<void>;
}
