import { MentorError } from '#errors.ts';
import type {
  Answer,
  AnswerOptions,
  AnswerQuestion,
  Citation,
  MentorEvent,
  Question,
} from '#mentor/answer.ts';

/** A source as the pipeline gives it. */
export function citation(changes: Partial<Citation> = {}): Citation {
  return {
    number: 1,
    documentId: 'career-backend-to-ai',
    title: 'From backend to AI engineer',
    documentType: 'guide',
    sourceUrl: '/articles/career-backend-to-ai#what-transfers',
    section: 'What transfers',
    passage: 'Most of it transfers. APIs, data and deployment stay useful. Add evaluation.',
    date: '2026-11-02',
    score: 0.8,
    sources: [],
    citedSentences: ['APIs, data and deployment stay useful.'],
    pastReview: false,
    ...changes,
  };
}

/** A whole answer; what a test does not care about has a plausible value. */
export function answer(changes: Partial<Answer> = {}): Answer {
  return {
    messageId: 'answer-1',
    text: 'Most of it transfers [1].',
    citations: [citation()],
    followUps: ['What is evaluation?', 'How long does it take?', 'Which project first?'],
    nextSteps: ['This week (2 hours): call one model API.'],
    state: 'grounded',
    confidence: 0.8,
    model: 'extractive',
    writtenBy: 'passages',
    tokens: { prompt: 100, answer: 20 },
    timingsMs: {},
    ...changes,
  };
}

export interface ScriptedMentor {
  readonly answerQuestion: AnswerQuestion;
  /** What it was asked, oldest first. */
  readonly questions: readonly Question[];
  /** How each was to be answered, beside the signal. */
  readonly options: readonly Omit<AnswerOptions, 'signal'>[];
}

/**
 * A mentor that answers every question by repeating it, with one source, and says what it knows of the person. Questions
 * about a crisis get the fixed reply; those that name an error code in brackets fail with it.
 */
export function scriptedMentor(): ScriptedMentor {
  const questions: Question[] = [];
  const options: Omit<AnswerOptions, 'signal'>[] = [];
  let answers = 0;
  async function* answerQuestion(
    question: Question,
    { signal: _signal, ...wanted }: AnswerOptions = {},
  ): AsyncGenerator<MentorEvent, void> {
    questions.push(question);
    options.push(wanted);
    answers += 1;
    yield { type: 'stage', stage: 'searching' };
    if (question.text.includes('[search-unavailable]'))
      throw new MentorError('search-unavailable', 'The index is gone.');
    if (isScriptedCrisis(question.text)) {
      const text = 'I am really glad you wrote this. Call or text 988.';
      yield { type: 'text-delta', text };
      yield {
        type: 'answer',
        answer: answer({
          messageId: `answer-${answers}`,
          text,
          writtenBy: 'fixed',
          state: 'declined',
          keepsNoWords: true,
          citations: [],
          followUps: [],
          nextSteps: [],
        }),
      };
      return;
    }
    const text = `Answer to "${question.text}" [1].`;
    yield { type: 'text-delta', text };
    const { profile } = question;
    yield {
      type: 'answer',
      answer: answer({
        messageId: `answer-${answers}`,
        text,
        ...(profile === undefined
          ? {}
          : {
              becauseYouSaid: `Because you said ${[profile.background, profile.hoursPerWeek].join(', ')}.`,
            }),
      }),
    };
  }
  return { answerQuestion, questions, options };
}

/** The crisis rule of the scripted mentor; like the real screening it refuses what has no words. */
export function isScriptedCrisis(text: string): boolean {
  if (!/[\p{L}\p{N}]/u.test(text)) throw new MentorError('question-empty', 'no words');
  return /\bwant to die\b/i.test(text);
}
