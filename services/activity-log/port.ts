/** An activity as it goes over the wire, kept as data. */
export type LoggedActivity = Readonly<Record<string, unknown>> & { readonly id: string };

export interface LoggedConversation {
  readonly conversationId: string;
  readonly userId: string;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  /** The highest sequence number given so far, also where its activity was removed since; 0 before the first. */
  readonly lastSequence: number;
}

/**
 * What a client of the embedded Direct Line server sees when it comes back: every final activity of a conversation, in
 * order. Sequence numbers start at 1, rise by one and are never given twice within a conversation.
 */
export interface ActivityLog {
  /** Begins a conversation; one that the person has already stays as it is, one of somebody else rejects with `not-allowed`. */
  create(conversation: {
    conversationId: string;
    userId: string;
    createdAt: string;
  }): Promise<void>;
  get(conversationId: string): Promise<LoggedConversation | undefined>;
  /** The person's conversations, newest first. */
  list(userId: string): Promise<LoggedConversation[]>;
  /**
   * Adds an activity; resolves to its sequence number. An id that is stored already keeps its activity and number.
   * Rejects with `not-found` where the conversation was never created.
   */
  append(conversationId: string, activity: LoggedActivity): Promise<number>;
  readAfter(
    conversationId: string,
    sequence: number,
  ): Promise<{ readonly sequence: number; readonly activity: LoggedActivity }[]>;
  /** Replaces an activity in its place, or with `undefined` removes it; resolves to whether it was there. */
  replace(
    conversationId: string,
    activityId: string,
    activity: LoggedActivity | undefined,
  ): Promise<boolean>;
  /** Removes the person's conversations; resolves to how many there were. */
  deleteUser(userId: string): Promise<number>;
}
