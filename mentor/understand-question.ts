import type { LanguageModel } from '#services/model/port.ts';
import type { Answer, Question } from './answer.ts';
import { answerMove } from './answer-move.ts';
import { fixedAnswer } from './compose-answer.ts';
import { freshVariant } from './fresh-variant.ts';
import type { OtherLanguages } from './other-languages.ts';
import { readMove } from './read-move.ts';
import { type RetrievalDependencies, retrievePassages } from './retrieve-passages.ts';
import type { StandaloneQuestion } from './rewrite-question.ts';
import { rewriteWithHelper } from './rewrite-with-helper.ts';
import type { Screening } from './screen-question.ts';
import { suggestFollowUps } from './suggest-follow-ups.ts';
import type { HelperDependencies } from './try-helper.ts';
import { withoutIntroduction } from './without-introduction.ts';
import { withoutTalk } from './without-talk.ts';
import { withoutTraits } from './without-traits.ts';

export interface UnderstandingDependencies extends RetrievalDependencies, HelperDependencies {
  readonly model: LanguageModel;
  readonly screen: (question: string) => Screening;
  readonly otherLanguages: OtherLanguages;
}

/** A question as it is looked for. */
export interface Understood {
  /** What the person wrote, cleaned. */
  readonly asked: string;
  /** Stands before the answer; may be empty. */
  readonly preface: string;
  readonly standalone: StandaloneQuestion;
}

/** What is asked for; or the reply, where no search has to come first: what is declined, and what asks nothing new. */
export async function understandQuestion(
  question: Question,
  messageId: string,
  dependencies: UnderstandingDependencies,
  signal: AbortSignal | undefined,
): Promise<Understood | { readonly reply: Answer }> {
  const { history } = question;
  const screening = dependencies.screen(question.text);
  if (!screening.pass) {
    const followUps = await followUpsForDeclined(screening.kind, question, dependencies);
    const text = freshVariant(screening.replies, history);
    const isCrisis = screening.kind === 'crisis';
    const reply = fixedAnswer(messageId, text, 'declined', { followUps });
    return { reply: isCrisis ? { ...reply, keepsNoWords: true } : reply };
  }
  const asked = withoutTalk(screening.text);
  const rewritten = await rewriteWithHelper(asked, history, dependencies, signal);
  /** Whoever only presses on doubts what they were told. */
  const move = readMove(screening.text) ?? (rewritten.isRepeated === true ? 'doubt' : undefined);
  const reply =
    move === undefined ? undefined : await answerMove(move, { messageId, history }, dependencies);
  if (reply !== undefined) return { reply };
  const preface = screening.preface === undefined ? '' : `${screening.preface}\n\n`;
  return { asked, preface, standalone: toLookUp(rewritten, dependencies) };
}

/** What is looked for: without who asks, and in the words of the articles' language. */
function toLookUp(
  standalone: StandaloneQuestion,
  { otherLanguages, expander }: UnderstandingDependencies,
): StandaloneQuestion {
  const neutral = (asked: string) =>
    withoutTraits(withoutIntroduction(asked), expander.namesConcept);
  const text = neutral(standalone.text);
  const { latest } = standalone;
  const searchText = otherLanguages.searchTextOf(text);
  return {
    ...standalone,
    text,
    ...(latest === undefined ? {} : { latest: neutral(latest) }),
    ...(searchText === undefined ? {} : { searchText }),
  };
}

/** Somebody who was just hit by bad news is offered, not told, the first steps; other declined questions get none. */
async function followUpsForDeclined(
  kind: string,
  question: Question,
  dependencies: UnderstandingDependencies,
): Promise<string[]> {
  if (kind !== 'distress') return [];
  try {
    const { nearest } = await retrievePassages({ question: question.text }, dependencies);
    return suggestFollowUps(question.text, [], nearest, new Set());
  } catch {
    /** The kind words matter more than the offers. */
    return [];
  }
}
