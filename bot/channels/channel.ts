/** What a channel demands of a message that grows. */
export interface StreamRules {
  /** Parts may follow each other no quicker than this. */
  readonly minIntervalMs: number;
  /** From its first part on, a stream must have ended within this time. */
  readonly maxDurationMs: number;
  /** Longest sentence that says what is being done, in UTF-16 units. */
  readonly maxStatusLength: number;
  /** Text that is longer stops growing; the final message brings the rest. */
  readonly maxTextLength: number;
}

/** What a channel can show. Shared code asks for these, never for a channel's name. */
export interface ChannelCapabilities {
  /** Whether partial answers can grow in place. */
  readonly streaming: boolean;
  /** The newest Adaptive Cards version it renders; absent where it renders none. */
  readonly adaptiveCards?: '1.5' | '1.6';
  /** Whether it draws the cards itself: it then gets a card's data as an attachment, beside the same in words. */
  readonly cardData?: boolean;
  /**
   * How `[1]` in a text becomes a citation: `link-definitions` reads Markdown link definitions beside the schema.org entity,
   * `entities` reads the entity alone, `text` gets a plain list of sources.
   */
  readonly citations: 'link-definitions' | 'entities' | 'text';
  /** How thumbs are offered; absent where the card's own buttons serve. */
  readonly feedback?: 'like-actions' | 'feedback-loop';
  readonly suggestedActions: boolean;
  /** Whether the text is rendered as Markdown. */
  readonly markdown: boolean;
  /** Longest text of one message, in UTF-16 units. */
  readonly maxTextLength: number;
  /** Whether a file may travel inside the activity as a `data:` address. */
  readonly fileAttachments?: boolean;
  /** Rules for growing text; absent where it may grow as often and as long as it likes, the beginning replaced too. */
  readonly streamRules?: StreamRules;
  /** Largest message, in bytes of its JSON; absent where nothing is too large. */
  readonly maxMessageBytes?: number;
  /** What is different where others read along. */
  readonly inGroups?: Partial<Omit<ChannelCapabilities, 'inGroups'>>;
}

/** Key under which a channel puts its capabilities into the turn's state. */
export const capabilitiesKey: unique symbol = Symbol('channel-capabilities');
