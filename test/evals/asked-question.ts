import { MentorError } from '#errors.ts';
import type { Answer, Question } from '#mentor/answer.ts';
import { type LabelledQuestion, toQuestion } from './labelled-questions.ts';

/** A labelled question with the whole answer to it. */
export interface AskedQuestion {
  readonly question: LabelledQuestion;
  readonly answer: Answer;
}

export type Ask = (question: Question) => Promise<Answer>;

/** Asks one after another, as one person would. */
export async function askAll(
  questions: readonly LabelledQuestion[],
  ask: Ask,
): Promise<AskedQuestion[]> {
  const asked: AskedQuestion[] = [];
  for (const question of questions)
    asked.push({ question, answer: await ask(toQuestion(question)) });
  return asked;
}

/** The answer, or nothing where the mentor refuses the text itself, such as one that is too long. */
export async function askUnlessRefused(ask: Ask, text: string): Promise<Answer | undefined> {
  try {
    return await ask({ text, conversationId: 'evaluation', history: [] });
  } catch (error) {
    if (error instanceof MentorError && error.row.httpStatus < 500) return undefined;
    throw error;
  }
}

/** Whether the mentor said honestly that it does not answer. */
export function isDeclined({ state }: Pick<Answer, 'state'>): boolean {
  return state === 'no-evidence' || state === 'declined';
}
