import { splitSentences } from '#language/sentences.ts';
import type { Question } from './answer.ts';
import type { OtherCareers } from './other-career.ts';
import { kindOf } from './question-kind.ts';
import { retrieveEach } from './retrieve-each.ts';
import {
  nothingRetrieved,
  type Retrieval,
  type RetrievalDependencies,
  type RetrievalRequest,
  retrievePassages,
} from './retrieve-passages.ts';
import { rewriteQuestion, type StandaloneQuestion } from './rewrite-question.ts';
import { speaksOf } from './speaks-of.ts';
import { isAsked, splitQuestion } from './split-question.ts';

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
  const found = await retrieveEach(
    partsOf(standalone, question, dependencies).map(
      ({ asked, text, searchText, level, latest }) => ({
        asked,
        question: text,
        ...person,
        ...(searchText === undefined ? {} : { searchText }),
        ...(level === undefined ? {} : { level }),
        ...(latest === undefined ? {} : { latest }),
      }),
    ),
    dependencies,
  );
  return (
    (await retrieveLatest(standalone, found, person, dependencies)) ??
    (await retrieveWithoutRemarks(standalone, found, person, dependencies)) ??
    found
  );
}

/**
 * Where nothing is found with all that somebody says of themselves ("I teach, with seven years behind me"), what they ask is
 * looked for without it, as long as it names a role or a skill: "how do I negotiate?" may be about the rent.
 */
async function retrieveWithoutRemarks(
  { text, searchText, level, isFollowUp }: StandaloneQuestion,
  found: Retrieval,
  person: Pick<RetrievalRequest, 'profile' | 'signal'>,
  dependencies: QuestionRetrievalDependencies,
): Promise<Retrieval | undefined> {
  if (found.passages.length > 0 || isFollowUp || searchText !== undefined) return undefined;
  const sentences = splitSentences(text);
  const asked = sentences.filter(isAsked);
  const question = asked.join(' ');
  if (asked.length === sentences.length || !dependencies.expander.namesConcept(question))
    return undefined;
  const again = await retrievePassages(
    { question, ...person, ...(level === undefined ? {} : { level }) },
    dependencies,
  );
  return again.passages.length > 0 ? again : undefined;
}

/**
 * Where nothing that was found with the whole talk speaks of what is wanted now, it is looked for by itself, "how long?" with
 * the roles that the talk was about: "which of them pays more?" is about pay, whatever the question before wanted to know.
 */
async function retrieveLatest(
  { latest, topic, isFollowUp, isChoice }: StandaloneQuestion,
  found: Retrieval,
  person: Pick<RetrievalRequest, 'profile' | 'signal'>,
  dependencies: QuestionRetrievalDependencies,
): Promise<Retrieval | undefined> {
  if (!isFollowUp || latest === undefined || topic === undefined || isChoice === true)
    return undefined;
  const speaks = ({ candidates, synonyms }: Retrieval) =>
    candidates.some(({ document }) => speaksOf(document, { latest }, synonyms));
  if (speaks(found)) return undefined;
  const roles = dependencies.expander.rolesIn(topic).map(({ name }) => name);
  /** A span of time is nobody's; pay, a degree or a country may well be. */
  const question = kindOf(latest) === 'duration' ? [latest, ...roles].join(' ') : latest;
  const again = await retrievePassages({ question, latest, ...person }, dependencies);
  return speaks(again) ? again : undefined;
}

/** The questions of the message; each may lean on those before it, as a follow-up leans on an earlier turn. */
function partsOf(
  standalone: StandaloneQuestion,
  { history }: Question,
  { expander }: QuestionRetrievalDependencies,
) {
  const parts = standalone.isFollowUp ? [standalone.text] : splitQuestion(standalone.text);
  if (parts.length === 1) return [{ ...standalone, asked: standalone.text }];
  return parts.map((part, place) => {
    const before = parts.slice(0, place).map((content) => ({ role: 'user', content }) as const);
    return { asked: part, ...rewriteQuestion(part, [...history, ...before], expander) };
  });
}
