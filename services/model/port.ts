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
