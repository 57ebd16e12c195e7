import type { AnswerState, StoredCitation } from '#services/conversations/port.ts';
import type { DocumentType, EvidenceSource } from '#services/knowledge-index/port.ts';
import type { Profile } from '#services/profiles/port.ts';

/** A source an answer rests on: exactly the passage that was retrieved and used. */
export interface Citation extends StoredCitation {
  readonly documentType: DocumentType;
  /** What stands behind the passage itself. */
  readonly sources: readonly EvidenceSource[];
  /** The sentences of the passage that the answer rests on, as they stand in it. */
  readonly citedSentences: readonly string[];
  /** Whether the article is past the date by which it should have been reviewed. */
  readonly pastReview: boolean;
}

/** The whole answer to one question. Empty parts are empty, never invented. */
export interface Answer {
  readonly messageId: string;
  /** Markdown with `[n]` after what citation n supports; every n has its citation. */
  readonly text: string;
  readonly citations: readonly Citation[];
  /** At most three questions that the knowledge base can answer. */
  readonly followUps: readonly string[];
  /** What to do next, one sentence each; usually one. */
  readonly nextSteps: readonly string[];
  /** One line on how the profile shaped the answer; absent where it did not. */
  readonly becauseYouSaid?: string;
  readonly state: AnswerState;
  /** 0 to 1. */
  readonly confidence: number;
  readonly model: string;
  /** Whether a language model wrote the text; `passages` means it was put together from the articles' own sentences. */
  readonly writtenBy: 'model' | 'passages' | 'fixed';
  /** A plain sentence for the person where something was out of order, such as a model that did not answer. */
  readonly notice?: string;
  readonly tokens: { readonly prompt: number; readonly answer: number };
  /** Absent where the model's price is not known. */
  readonly costUsd?: number;
  readonly timingsMs: Readonly<Record<string, number>>;
  /** Whether nothing of the conversation may be kept once it is over: its person is under age. */
  readonly sessionOnly?: true;
  /** Whether the words it answers are not kept: somebody in danger wrote them. That there was such a message is. */
  readonly keepsNoWords?: true;
}

/** What the mentor is doing now. */
export type Stage = 'understanding' | 'searching' | 'reading' | 'writing' | 'checking';

export type MentorEvent =
  | { readonly type: 'stage'; readonly stage: Stage }
  | { readonly type: 'source-found'; readonly title: string; readonly documentId: string }
  | { readonly type: 'text-delta'; readonly text: string }
  /** The text so far is void: its model failed, and another begins again. */
  | { readonly type: 'text-reset' }
  | { readonly type: 'answer'; readonly answer: Answer };

/** A turn of the conversation so far, as the pipeline needs it. */
export interface PastTurn {
  readonly role: 'user' | 'assistant';
  readonly content: string;
  /** Titles of what the answer rested on, and what it offered next: "the second one" points there. */
  readonly citedTitles?: readonly string[];
  readonly followUps?: readonly string[];
  /** The passages themselves: "shorter please" needs them, and "tell me more" must not bring them again. */
  readonly citations?: readonly StoredCitation[];
}

/** What a question is answered with beside the articles. */
export type UnreadPart = 'conversation' | 'profile';

export interface Question {
  readonly text: string;
  readonly conversationId: string;
  readonly profile?: Profile;
  /** Oldest first. */
  readonly history: readonly PastTurn[];
  readonly conversationSummary?: string;
  /** What of it could not be looked at just now; the answer says so. */
  readonly unread?: readonly UnreadPart[];
  readonly locale?: string;
}

/**
 * Answers one question as a stream of events that ends with exactly one `answer`.
 * Throws a MentorError; `search-unavailable` above all, since nothing is answered from memory.
 */
export type AnswerQuestion = (
  question: Question,
  options?: AnswerOptions,
) => AsyncGenerator<MentorEvent, void>;

/** How one answer is asked for. What is absent is as the service is set up. */
export interface AnswerOptions {
  readonly signal?: AbortSignal;
  /** Makes the answer shorter than it may become; never longer. */
  readonly maxAnswerTokens?: number;
  readonly temperature?: number;
}
