import type { Question } from './answer.ts';
import type { OtherCareers } from './other-career.ts';
import { retrieveEach } from './retrieve-each.ts';
import {
  nothingRetrieved,
  type Retrieval,
  type RetrievalDependencies,
} from './retrieve-passages.ts';
import { rewriteQuestion, type StandaloneQuestion } from './rewrite-question.ts';
import { splitQuestion } from './split-question.ts';

export interface QuestionRetrievalDependencies extends RetrievalDependencies {
  readonly otherCareers: OtherCareers;
}

/**
 * Finds the passages for what was asked: for each question of the message, and for nothing of another career, which a
 * passage about interviews or degrees would answer wrongly. Rejects with `search-unavailable`.
 */
export async function retrieveForQuestion(
  standalone: StandaloneQuestion,
  question: Question,
  dependencies: QuestionRetrievalDependencies,
  signal: AbortSignal | undefined,
): Promise<Retrieval> {
  if (dependencies.otherCareers.askedAbout(standalone.text) !== undefined) return nothingRetrieved;
  const person = {
    ...(question.profile === undefined ? {} : { profile: question.profile }),
    ...(signal === undefined ? {} : { signal }),
  };
  return retrieveEach(
    partsOf(standalone, question).map(({ asked, text, searchText, level, latest }) => ({
      asked,
      question: text,
      ...person,
      ...(searchText === undefined ? {} : { searchText }),
      ...(level === undefined ? {} : { level }),
      ...(latest === undefined ? {} : { latest }),
    })),
    dependencies,
  );
}

/** The questions of the message; each may lean on those before it, as a follow-up leans on an earlier turn. */
function partsOf(standalone: StandaloneQuestion, { history }: Question) {
  const parts = standalone.isFollowUp ? [standalone.text] : splitQuestion(standalone.text);
  if (parts.length === 1) return [{ ...standalone, asked: standalone.text }];
  return parts.map((part, place) => {
    const before = parts.slice(0, place).map((content) => ({ role: 'user', content }) as const);
    return { asked: part, ...rewriteQuestion(part, [...history, ...before]) };
  });
}
