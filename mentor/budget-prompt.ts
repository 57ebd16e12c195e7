import { MentorError } from '#errors.ts';
import type { ChatMessage, LanguageModel } from '#services/model/port.ts';
import type { Profile } from '#services/profiles/port.ts';
import type { PastTurn } from './answer.ts';
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

/** Tokens that each message costs beside its text; OpenAI's cookbook counts 3, and 3 for the reply's beginning. */
const tokensPerMessage = 4;

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
  },
): BudgetedPrompt {
  const { render, countTokens } = dependencies;
  const cost = (message: ChatMessage) => countTokens(message.content) + tokensPerMessage;
  const room = dependencies.model.contextWindowTokens - dependencies.maxAnswerTokens;
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
  let used = cost(instructions) + cost(question);
  let count = parts.passages.length;
  while (count > 1 && used + cost(documentsFor(count)) > room) count -= 1;
  const documents = documentsFor(count);
  used += cost(documents);
  if (used > room)
    throw new MentorError('question-too-long', `The prompt has ${used} tokens, ${room} fit`);
  const kept: ChatMessage[] = [];
  for (const turn of parts.history.toReversed()) {
    const message: ChatMessage = { role: turn.role, content: withoutMarkers(turn) };
    used += cost(message);
    if (used > room) break;
    kept.unshift(message);
  }
  return {
    messages: [instructions, ...kept, documents, question],
    passages: parts.passages.slice(0, count),
  };
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

function describeProfile(profile: Profile | undefined): string {
  if (profile === undefined) return '';
  const facts = [
    ['Background', profile.background],
    ['Experience level', profile.experienceLevel],
    ['Wants to become', profile.targetRole],
    ['Goals', profile.careerGoals.join('; ')],
    ['Interests', profile.specificInterests.join('; ')],
    ['Closest thing built so far', profile.closestWork],
    ['Hours a week', profile.hoursPerWeek?.toString()],
  ].flatMap(([label, value]) =>
    value === undefined || value === '' ? [] : [`${label}: ${value}`],
  );
  return facts.length === 0
    ? ''
    : `What the person told you about themselves:\n${facts.join('\n')}`;
}
