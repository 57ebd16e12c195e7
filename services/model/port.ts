export interface ChatMessage {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

/** A passage as a model sees it: small number, plain text. */
export interface GroundingPassage {
  readonly number: number;
  readonly title: string;
  readonly section: string;
  readonly content: string;
  /** 0 to 1: how well the passage fits the question, next to the best one. */
  readonly relevance: number;
}

/** The same matter as the messages, as data: for models that work from passages instead of a prompt. */
export interface Grounding {
  readonly question: string;
  /** Other ways to say the question's words. */
  readonly synonyms: readonly { readonly term: string; readonly alternatives: readonly string[] }[];
  readonly passages: readonly GroundingPassage[];
  /** Where several questions are asked at once: each, with the numbers of the passages that answer it. */
  readonly parts?: readonly { readonly question: string; readonly passages: readonly number[] }[];
}

export interface ModelRequest {
  readonly messages: readonly ChatMessage[];
  readonly grounding?: Grounding;
  readonly temperature: number;
  readonly maxAnswerTokens: number;
  readonly signal?: AbortSignal;
}

export interface TokenUsage {
  readonly promptTokens: number;
  readonly answerTokens: number;
}

export type ModelEvent =
  | { readonly type: 'text-delta'; readonly text: string }
  | {
      readonly type: 'finish';
      readonly reason: 'stop' | 'length' | 'content-filter';
      readonly usage: TokenUsage;
      /** What the content filter saw, where it names it, such as `violence`. */
      readonly filtered?: readonly string[];
    };

/**
 * Writes an answer as a stream that ends with exactly one `finish`. A stream that the service cut short rejects with a
 * MentorError `model-unavailable`; an abort rejects with the signal's reason. Nothing is retried here: wrappers do that.
 */
export interface LanguageModel {
  /** Shown to people and written into metrics, for example `gpt-4o`. */
  readonly name: string;
  /** `from-passages` models only rearrange the passages' own sentences and take no free-form prompts. */
  readonly writes: 'freely' | 'from-passages';
  /** How many tokens prompt and answer may have together. */
  readonly contextWindowTokens: number;
  stream(request: ModelRequest): AsyncIterable<ModelEvent>;
}

export interface HelperRequest {
  readonly messages: readonly ChatMessage[];
  readonly temperature: number;
  readonly maxAnswerTokens: number;
  /** JSON by this schema is wanted. It is asked for in the model's own way where it has one; what comes must be checked all the same. */
  readonly output?: {
    readonly name: string;
    readonly schema: Readonly<Record<string, unknown>>;
  };
  /** How long the answer may take. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

/**
 * Does small jobs around an answer, such as putting passages in order: one short text, whole or not at all. Rejects with a
 * MentorError `model-unavailable`, also where the text is empty, cut off or withheld; an abort rejects with the signal's
 * reason. A port of its own, since it may be another, faster model, and models that work from passages have none.
 */
export interface HelperModel {
  readonly name: string;
  complete(request: HelperRequest): Promise<{ readonly text: string; readonly usage: TokenUsage }>;
}
