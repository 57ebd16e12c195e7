/** Where and how a person can be written to first: Bot Framework's conversation reference, as plain data. */
export interface ConversationAddress {
  readonly channelId: string;
  readonly serviceUrl: string;
  readonly conversation: { readonly id: string; readonly [key: string]: unknown };
  readonly user: { readonly id: string; readonly [key: string]: unknown };
  readonly bot: { readonly id: string; readonly [key: string]: unknown };
  readonly locale?: string;
}

/** Keeps for each person the one-to-one conversation in which they were last seen, so that the bot can begin to speak. */
export interface ConversationReferenceStore {
  /** The person's address, or `undefined` where they were never seen or have left. */
  get(userKey: string): Promise<ConversationAddress | undefined>;
  /** Replaces the person's address; of two at once, the last one holds. */
  put(userKey: string, address: ConversationAddress): Promise<void>;
  /** Forgets the address; resolves also where there was none. */
  delete(userKey: string): Promise<void>;
}
