import type { Profile } from '#services/profiles/port.ts';
import type { Answer, AnswerQuestion, Question } from './answer.ts';
import { fixedAnswer } from './compose-answer.ts';
import { fixedReplies } from './fixed-replies.ts';
import { readAge } from './read-age.ts';

export interface AgeRules {
  /** Below this age somebody is answered as a child; 16 in most of Europe. */
  readonly minimumAge: number;
  /** Whether somebody says that they are in danger: that goes before everything. */
  readonly isCrisis: (text: string) => boolean;
  readonly newId: () => string;
}

const adultAge = 18;
/** Pay, applications, and whoever hires: for a child with an adult, not with us. */
const workMatters =
  /\b(salar(y|ies)|pay|paid|wages?|earn(ing|s)?|make money|negotiat\w+|job offers?|compensation|recruiters?|hiring managers?|employers?|cold (e-?mails?|messages?)|linkedin|internships?|apply(ing)? (to|for|at)|applications?|resum[eé]s?|cv|cover letters?|references?|full[- ]time|part[- ]time|freelanc\w+)\b/i;

/**
 * Answers those who say that they are under age as children: what to learn and explore, no coaching for pay, applications or
 * employers, an adult to talk to, and nothing kept beyond the session. Until 18 people are answered as students.
 */
export function withAgeRules(
  answerQuestion: AnswerQuestion,
  { minimumAge, isCrisis, newId }: AgeRules,
): AnswerQuestion {
  return async function* answerByAge(question, options) {
    const age = ageOf(question);
    if (age === undefined || age >= adultAge || saysCrisis(question.text, isCrisis)) {
      yield* answerQuestion(question, options);
      return;
    }
    const isChild = age < minimumAge;
    if (isChild && workMatters.test(question.text)) {
      const answer = fixedAnswer(newId(), fixedReplies.forAdults, 'declined');
      yield { type: 'text-delta', text: answer.text };
      yield { type: 'answer', answer: { ...answer, sessionOnly: true } };
      return;
    }
    for await (const event of answerQuestion(asStudent(question, isChild), options))
      yield event.type === 'answer' && isChild
        ? { ...event, answer: forChild(event.answer) }
        : event;
  };
}

/** What was said last holds; summaries and answers of ours tell no age. */
function ageOf({ text, history }: Question): number | undefined {
  const said = history.filter(({ role }) => role === 'user').map(({ content }) => content);
  return [...said, text].map(readAge).findLast((age) => age !== undefined);
}

/** Of a child's profile nothing but that they learn shapes the answer. */
function asStudent(question: Question, isChild: boolean): Question {
  const profile: Profile = {
    userId: question.profile?.userId ?? '',
    careerGoals: [],
    specificInterests: [],
    updatedAt: question.profile?.updatedAt ?? '',
    ...(isChild ? {} : question.profile),
    experienceLevel: 'student',
  };
  return { ...question, profile };
}

function forChild(answer: Answer): Answer {
  const notice = [answer.notice, fixedReplies.underAge].filter(Boolean).join(' ');
  return { ...answer, notice, sessionOnly: true };
}

function saysCrisis(text: string, isCrisis: (text: string) => boolean): boolean {
  try {
    return isCrisis(text);
  } catch {
    return false;
  }
}
