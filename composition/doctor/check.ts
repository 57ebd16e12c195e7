/** What one check found. */
export interface Finding {
  /** `warning`: it works, but not as it may be meant. */
  readonly status: 'ok' | 'warning' | 'failed';
  /** For the operator: what is there, or what is wrong and how to mend it. */
  readonly message: string;
  /** The setting to look at. */
  readonly setting?: string;
}

/** One thing that the program needs, and a cheap way to see whether it works. Nothing is ever changed by it. */
export interface Check {
  readonly name: string;
  /** What is tried, in a few words, with hosts by their name alone. */
  readonly tried: string;
  /** The setting to name where the check gets no answer at all. */
  readonly setting?: string;
  /** Where the service is: asked for name, port and certificate where it cannot be reached. */
  readonly address?: string;
  /** Rejects with a MentorError, whose message and `details.setting` are the finding. */
  run(signal: AbortSignal): Promise<Finding>;
}

export interface CheckReport extends Finding {
  readonly name: string;
  readonly tried: string;
  readonly latencyMs: number;
}

/** The host's name of an address, for people; nothing else of it, which may hold a key. */
export function hostOf(address: string): string {
  return URL.parse(address)?.hostname ?? 'an address that cannot be read';
}
