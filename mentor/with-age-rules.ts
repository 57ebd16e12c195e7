import { topicStems } from '#language/words.ts';
import type { Profile } from '#services/profiles/port.ts';
import type { Answer, AnswerQuestion, Question } from './answer.ts';
import { fixedAnswer } from './compose-answer.ts';
import { fixedReplies, type Variants } from './fixed-replies.ts';
import { freshVariant } from './fresh-variant.ts';
import { readAge } from './read-age.ts';

export interface AgeRules {
  /** Below this age somebody is answered as a child; 16 in most of Europe. */
  readonly minimumAge: number;
  /** Whether somebody says that they are in danger: that goes before everything. */
  readonly isCrisis: (text: string) => boolean;
  readonly newId: () => string;
}

const adultAge = 18;
/** What words that say an age are made of, as stems. */
const wordsOfAge =
  /^(\d+(th|st|nd|rd)?|year|yr|yo|y|o|old|ag|age|grade|grader|school|schooler|middl|high|turn|almost|nearli|onli|just|ich|bin|jahr|alt|erst|tengo|ano|solo|jai|an|student|pupil|kid|child)$/;
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
  const remembered = createAgeMemory();
  return async function* answerByAge(question, options) {
    const age = remembered(question);
    if (age === undefined || age >= adultAge || saysCrisis(question.text, isCrisis)) {
      yield* answerQuestion(question, options);
      return;
    }
    const isChild = age < minimumAge;
    const fixed = fixedReplyTo(question, isChild);
    if (fixed !== undefined) {
      const answer = fixedAnswer(newId(), freshVariant(fixed, question.history), 'declined');
      yield { type: 'text-delta', text: answer.text };
      yield { type: 'answer', answer: isChild ? { ...answer, sessionOnly: true } : answer };
      return;
    }
    for await (const event of answerQuestion(asStudent(question, isChild), options))
      yield event.type === 'answer'
        ? { ...event, answer: forYoung(event.answer, question, isChild) }
        : event;
  };
}

/** What is answered without the articles: work matters of a child, and a message that only says the age. */
function fixedReplyTo({ text }: Question, isChild: boolean): Variants | undefined {
  if (isChild && workMatters.test(text)) return fixedReplies.forAdults;
  const saysAge = readAge(text) !== undefined;
  if (!saysAge || topicStems(text).some((stem) => !wordsOfAge.test(stem))) return undefined;
  return isChild ? fixedReplies.metChild : fixedReplies.metTeenager;
}

/** Conversations whose young people are remembered at most; the oldest is forgotten first. */
const mostRemembered = 10_000;

/**
 * Tells the age said in a conversation, also once that message is older than the history that comes with a question. Only
 * ages below that of adults are remembered, in memory, and not beyond a conversation that begins anew.
 */
function createAgeMemory(): (question: Question) => number | undefined {
  const ages = new Map<string, number>();
  return (question) => {
    const { conversationId, history } = question;
    const said = ageOf(question) ?? (history.length === 0 ? undefined : ages.get(conversationId));
    ages.delete(conversationId);
    if (said === undefined || said >= adultAge) return said;
    ages.set(conversationId, said);
    const [oldest] = ages.keys();
    if (ages.size > mostRemembered && oldest !== undefined) ages.delete(oldest);
    return said;
  };
}

/** What was said last holds; summaries and answers of ours tell no age. */
function ageOf({ text, history, profile }: Question): number | undefined {
  const said = history.filter(({ role }) => role === 'user').map(({ content }) => content);
  return [profile?.background ?? '', ...said, text]
    .map(readAge)
    .findLast((age) => age !== undefined);
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

/** That they learn is our guess from their age: an answer never says that they told us. */
function forYoung(answer: Answer, { profile }: Question, isChild: boolean): Answer {
  const { becauseYouSaid, ...rest } = answer;
  const isTheirs = !isChild && profile?.experienceLevel === 'student';
  const own = isTheirs && becauseYouSaid !== undefined ? { becauseYouSaid } : {};
  if (!isChild) return { ...rest, ...own };
  const notice = [answer.notice, fixedReplies.underAge].filter(Boolean).join(' ');
  return { ...rest, notice, sessionOnly: true };
}

function saysCrisis(text: string, isCrisis: (text: string) => boolean): boolean {
  try {
    return isCrisis(text);
  } catch {
    return false;
  }
}
