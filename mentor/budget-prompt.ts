import { MentorError } from '#errors.ts';
import type { ChatMessage, LanguageModel } from '#services/model/port.ts';
import type { Profile } from '#services/profiles/port.ts';
import type { PastTurn } from './answer.ts';
import { describeProfile } from './describe-profile.ts';
import type { RenderPrompt } from './load-prompts.ts';
import type { RetrievedPassage } from './retrieve-passages.ts';

export type CountTokens = (text: string) => number;

export interface PromptParts {
  readonly question: string;
  readonly passages: readonly RetrievedPassage[];
  readonly profile?: Profile;
  readonly summary?: string;
  /** Oldest first. */
  readonly history: readonly PastTurn[];
}

export interface BudgetedPrompt {
  readonly messages: readonly ChatMessage[];
  /** The sources that found room: only these may be cited. */
  readonly passages: readonly RetrievedPassage[];
}

/** What OpenAI's cookbook counts beside the texts: 3 for each message, 1 for its role, 3 for the beginning of the reply. */
const tokensPerMessage = 4;
const tokensOfReply = 3;

/**
 * Builds the messages within the model's window: instructions, profile, summary, question and the best source always; of
 * the history the newest turns that fit, and of the sources the best ones when even they are too long. Throws
 * `question-too-long` where not even the best source finds room beside the question.
 */
export function budgetPrompt(
  parts: PromptParts,
  dependencies: {
    readonly render: RenderPrompt;
    readonly countTokens: CountTokens;
    readonly model: Pick<LanguageModel, 'contextWindowTokens'>;
    readonly maxAnswerTokens: number;
    /** Left free beside the answer, for a server that adds something of its own; 0 where nothing is said. */
    readonly reserveTokens?: number;
  },
): BudgetedPrompt {
  const { render, countTokens, reserveTokens = 0 } = dependencies;
  const cost = (message: ChatMessage) => countTokens(message.content) + tokensPerMessage;
  const room =
    dependencies.model.contextWindowTokens -
    dependencies.maxAnswerTokens -
    reserveTokens -
    tokensOfReply;
  const instructions: ChatMessage = {
    role: 'system',
    content: render('answer', {
      profile: describeProfile(parts.profile),
      summary: parts.summary === undefined ? '' : `Earlier in this conversation: ${parts.summary}`,
    }),
  };
  const question: ChatMessage = {
    role: 'user',
    content: render('citation-reminder', { question: parts.question }),
  };
  const documentsFor = (count: number): ChatMessage => ({
    role: 'user',
    content: render('documents', { documents: toJson(parts.passages.slice(0, count)) }),
  });
  const whole = [...parts.history.map(toMessage), documentsFor(parts.passages.length), question];
  if (mostTokensOf([instructions, ...whole]) <= room)
    return { messages: [instructions, ...whole], passages: parts.passages };
  let used = cost(instructions) + cost(question);
  let count = parts.passages.length;
  while (count > 1 && used + cost(documentsFor(count)) > room) count -= 1;
  const documents = documentsFor(count);
  used += cost(documents);
  if (used > room)
    throw new MentorError('question-too-long', `The prompt has ${used} tokens, ${room} fit`);
  const kept: ChatMessage[] = [];
  for (const turn of parts.history.toReversed()) {
    const message = toMessage(turn);
    used += cost(message);
    if (used > room) break;
    kept.unshift(message);
  }
  return {
    messages: [instructions, ...kept, documents, question],
    passages: parts.passages.slice(0, count),
  };
}

/** No token is shorter than a byte, so what has room by its bytes need not be counted, which takes longer than a search. */
function mostTokensOf(messages: readonly ChatMessage[]): number {
  return messages.reduce(
    (sum, { content }) => sum + Buffer.byteLength(content) + tokensPerMessage,
    0,
  );
}

function toMessage(turn: PastTurn): ChatMessage {
  return { role: turn.role, content: withoutMarkers(turn) };
}

/** The numbers of an earlier answer meant other documents than those of this prompt. */
function withoutMarkers(turn: PastTurn): string {
  return turn.role === 'user' ? turn.content : turn.content.replaceAll(/ ?\[\d{1,2}\]/g, '');
}

function toJson(passages: readonly RetrievedPassage[]): string {
  return JSON.stringify(
    passages.map(({ number, document }) => ({
      id: number,
      title: document.title,
      section: document.section,
      reviewed: document.updatedAt,
      text: document.content,
    })),
  );
}
