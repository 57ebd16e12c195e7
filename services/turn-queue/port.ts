/** A turn as it waits: all that any process needs to run it. */
export interface QueuedTurn {
  /** The same for every delivery of the same turn. */
  readonly id: string;
  /** The turns of one line, a conversation, run one after another. */
  readonly line: string;
  /** The way in that knows how to run it. */
  readonly edge: string;
  /** Whose turn it is, so that what is kept of them can go. */
  readonly person?: string | undefined;
  /** Plain data; never a secret. */
  readonly payload: unknown;
}

/** A turn that this process runs, and no other meanwhile. */
export interface HeldTurn extends QueuedTurn {
  /** 1 the first time; a run that ended with its process counts too. */
  readonly attempt: number;
  readonly acceptedAt: Date;
  /** What an earlier run kept; `undefined` where none did. */
  readonly progress: unknown;
  /** Aborts as soon as another process may have the turn: nothing more may be sent then. */
  readonly lost: AbortSignal;
  /** Keeps how far the turn is, for a run after this one. Rejects with TurnLost, or with `data-unavailable`. */
  keep(progress: unknown): Promise<void>;
}

/** Why a turn was set aside; without a word of what the person said. */
export interface DeadReason {
  readonly code: string;
  readonly message: string;
}

/** What becomes of a turn after a run. */
export type TurnEnd =
  | { readonly kind: 'done' }
  /** Runs again after the wait; the turns behind it in its line wait too. */
  | { readonly kind: 'retry'; readonly afterMs: number }
  /** Runs again as soon as anybody can; the run does not count. */
  | { readonly kind: 'handed-back' }
  | { readonly kind: 'dead'; readonly reason: DeadReason };

/** Runs a turn to one of its ends; must not reject. */
export type RunTurn = (turn: HeldTurn) => Promise<TurnEnd>;

/** A turn that was set aside; nothing of what the person said. */
export interface DeadTurn {
  readonly id: string;
  readonly edge: string;
  readonly acceptedAt: Date;
  readonly diedAt: Date;
  readonly attempts: number;
  readonly reason: DeadReason;
}

/**
 * Turns between the channel that took them and the process that runs them. What was accepted outlives the process; each
 * turn is held by one process at a time, and by another as soon as that one is gone.
 */
export interface TurnQueue {
  /**
   * Keeps the turn; resolves once it is safe. An id that was accepted within the last minutes is a duplicate and changes
   * nothing; a queue that learns of that only later says `accepted`. Rejects with
   * `data-unavailable`, or with `request-too-large` where it will never fit.
   */
  accept(
    turn: QueuedTurn,
    options?: { /** It runs no sooner, and holds up nobody. */ readonly notBefore?: Date },
  ): Promise<'accepted' | 'duplicate'>;
  /** Begins to take turns and to run so many lines at a time. */
  start(run: RunTurn, options: { readonly concurrency: number }): void;
  /** Takes nothing more; resolves when what runs has come to its end. */
  stop(): Promise<void>;
  /** About how many turns wait that nobody runs yet. */
  waiting(): number;
  /** Rejects where the queue cannot be reached. */
  check(signal?: AbortSignal): Promise<void>;
  /** The turns that were set aside, oldest first. */
  listDead(): Promise<DeadTurn[]>;
  /** Lets a turn that was set aside run again from where it came to; resolves to whether there was one. */
  runAgain(id: string): Promise<boolean>;
  /** Removes what was set aside of the person; resolves to how many turns. */
  forgetPerson(person: string): Promise<number>;
  /** Closes the queue; stop it first. */
  close(): Promise<void>;
}

/** Another process may have the turn: whoever runs it here must stop without a word. */
export class TurnLost extends Error {
  override readonly name = 'TurnLost';

  constructor() {
    super('Another process has taken this turn over.');
  }
}
