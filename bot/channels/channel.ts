/** What a channel can show. Shared code asks for these, never for a channel's name. */
export interface ChannelCapabilities {
  /** Whether partial answers can grow in place. */
  readonly streaming: boolean;
  /** The newest Adaptive Cards version it renders; absent where it renders none. */
  readonly adaptiveCards?: '1.5' | '1.6';
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
}

/** Key under which a channel puts its capabilities into the turn's state. */
export const capabilitiesKey: unique symbol = Symbol('channel-capabilities');
