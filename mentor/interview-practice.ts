import type { KnowledgeDocument, KnowledgeIndex } from '#services/knowledge-index/port.ts';
import type { ExperienceLevel } from '#services/profiles/port.ts';
import type { Answer } from './answer.ts';
import { chooseInterviewQuestions, type InterviewWish } from './choose-interview-questions.ts';
import {
  type AnswerFrame,
  type AnswerLength,
  composeClosing,
  composeFeedback,
  type GroundedPoint,
  groundPoint,
} from './interview-feedback.ts';
import type { InterviewQuestion } from './interview-questions.ts';
import { judgeInterviewAnswer } from './judge-interview-answer.ts';
import { nextStepsOf } from './next-steps.ts';
import { type NoAnswer, readInterviewAnswer } from './read-interview-answer.ts';
import { longestQuestion } from './screen-question.ts';
import { countHelperCalls, type HelperDependencies } from './try-helper.ts';

/** What an answer came to; plain JSON without a word of the answer, since it waits in the dialog's state between turns. */
export interface InterviewOutcome {
  readonly questionId: string;
  /** The points, by their place, that the answer touched; absent where there was nothing to compare. */
  readonly touched?: readonly number[];
}

/** What was found in an answer. */
export interface InterviewReading {
  readonly touched: readonly number[];
  readonly readBy: 'words' | 'model';
  readonly length: AnswerLength;
  /** What the helper model cost; absent where it was not asked. */
  readonly tokens?: number;
  /** Why it is hardly an answer, where it is not: whoever asks may ask once more. */
  readonly seems?: NoAnswer;
}

export interface ReadOptions {
  readonly signal?: AbortSignal | undefined;
  /** Whether no model is to be asked. */
  readonly byWordsAlone?: boolean;
}

/** Practice for an interview, question by question; keeps nothing itself. */
export interface InterviewPractice {
  /** Ids of the questions of one round; none where the articles that they rest on are not there. */
  choose(wish: InterviewWish): Promise<readonly string[]>;
  /** The name of a role of the taxonomy. */
  roleName(id: string): string | undefined;
  /** Whether somebody says that they are not well, in place of an answer. */
  isDistress(said: string): boolean;
  find(questionId: string): Pick<InterviewQuestion, 'asks'> | undefined;
  /** Reads an answer: by the helper model where there is one, else by its words. Rejects only with the signal's reason. */
  read(questionId: string, said: string, options?: ReadOptions): Promise<InterviewReading>;
  /** What the answer holds and what it could; nothing where no article bears out any point of the question. */
  feedback(
    questionId: string,
    reading: InterviewReading,
    turn: number,
  ): Promise<Answer | undefined>;
  /** The last word of a round. */
  close(outcomes: readonly InterviewOutcome[], level: ExperienceLevel | undefined): Promise<Answer>;
}

export interface InterviewDependencies extends HelperDependencies {
  readonly questions: readonly InterviewQuestion[];
  readonly roleName: InterviewPractice['roleName'];
  readonly isDistress: InterviewPractice['isDistress'];
  /** Rejects with a MentorError `search-unavailable` where the articles cannot be reached; so do the functions above. */
  readonly index: Pick<KnowledgeIndex, 'getDocument' | 'listDocuments'>;
  /** Numbers from 0 to below 1; chance where nothing is said. */
  readonly random?: () => number;
  readonly newId: () => string;
  readonly now?: () => Date;
}

/** Longer than this, in characters, nobody listens: about two minutes of speech. */
const longAnswer = 2_000;
/** Shorter than this, in characters, nobody tells a story. */
const shortStory = 120;
/** As many points of each kind stand in the last word. */
const mostInClosing = 3;
/** Where the next step comes from when there is nothing left to practise. */
const articleOnPractice = 'interview-mock-practice';

export function createInterviewPractice(dependencies: InterviewDependencies): InterviewPractice {
  const { questions, index, random = Math.random, now = () => new Date() } = dependencies;
  const byId = new Map(questions.map((question) => [question.id, question]));
  const find = (questionId: string) => byId.get(questionId);
  const frame = (turn: number): AnswerFrame => ({
    messageId: dependencies.newId(),
    turn,
    today: now().toISOString().slice(0, 10),
  });
  const ground = (question: InterviewQuestion | undefined) => groundPoints(question, index);

  return {
    async choose(wish) {
      const known = new Set((await index.listDocuments()).map(({ documentId }) => documentId));
      const answerable = questions.filter(({ points }) =>
        points.every(({ article }) => known.has(article)),
      );
      return chooseInterviewQuestions(answerable, wish, random).map(({ id }) => id);
    },
    roleName: dependencies.roleName,
    /** A story may hold hard times; a few words about them are no story. */
    isDistress: (said) => said.length < shortStory && dependencies.isDistress(said),
    find,
    async read(questionId, said, { signal, byWordsAlone = false } = {}) {
      const question = find(questionId);
      const length = lengthOf(said);
      if (question === undefined) return { touched: [], readBy: 'words', length };
      const { text, touched, seems } = readInterviewAnswer(said, question);
      const byWords = { touched, readBy: 'words', length, ...(seems && { seems }) } as const;
      if (byWordsAlone || seems === 'no-idea' || seems === 'order') return byWords;
      const counted = countHelperCalls(dependencies.helper);
      const judge = { ...dependencies, helper: counted.helper };
      const judged = await judgeInterviewAnswer(text, question, judge, signal);
      const { promptTokens, answerTokens } = counted.usage();
      const tokens = promptTokens + answerTokens;
      const cost = tokens === 0 ? {} : { tokens };
      if (judged === undefined) return { ...byWords, ...cost };
      const isAnswer = judged.length > 0 || seems === 'other-language';
      return {
        touched: judged,
        readBy: 'model',
        length,
        ...cost,
        ...(seems === undefined || isAnswer ? {} : { seems }),
      };
    },
    async feedback(questionId, reading, turn) {
      const points = await ground(find(questionId));
      if (points.length === 0) return undefined;
      const { touched, seems, length, readBy } = reading;
      const isFound = ({ place }: PlacedPoint) => touched.includes(place);
      return composeFeedback(
        {
          found: points.filter(isFound),
          missing: points.filter((point) => !isFound(point)),
          without: missingPart(seems),
          length,
          readBy,
        },
        frame(turn),
      );
    },
    async close(outcomes, level) {
      const rounds = await Promise.all(
        outcomes.map(async ({ questionId, touched }) => ({
          touched,
          points: await ground(find(questionId)),
        })),
      );
      /** One of each question first, so that all of the round is in it. */
      const found = rounds.flatMap(({ points, touched = [] }) =>
        points.filter(({ place }) => touched.includes(place)).slice(0, 1),
      );
      const missing = rounds.flatMap(({ points, touched }) =>
        touched === undefined
          ? []
          : points.filter(({ place }) => !touched.includes(place)).slice(0, 1),
      );
      const article = missing[0]?.passage.documentId ?? articleOnPractice;
      const next = await nextStep(await index.getDocument(article), level, missing[0]?.passage);
      return composeClosing(
        {
          found: found.slice(0, mostInClosing),
          missing: missing.slice(0, mostInClosing),
          next,
          open: openPart(rounds.map(({ touched }) => touched === undefined)),
        },
        frame(outcomes.length),
      );
    },
  };
}

function openPart(open: readonly boolean[]): 'none' | 'some' | 'all' {
  if (open.every(Boolean)) return 'all';
  return open.some(Boolean) ? 'some' : 'none';
}

function lengthOf({ length }: string): AnswerLength {
  if (length > longestQuestion) return 'cut';
  return length > longAnswer ? 'long' : 'short';
}

interface PlacedPoint extends GroundedPoint {
  /** Its place among the points of its question. */
  readonly place: number;
}

async function groundPoints(
  question: InterviewQuestion | undefined,
  index: InterviewDependencies['index'],
): Promise<PlacedPoint[]> {
  if (question === undefined) return [];
  const articles = [...new Set(question.points.map(({ article }) => article))];
  const documents = await Promise.all(articles.map((article) => index.getDocument(article)));
  const byArticle = new Map(articles.map((article, place) => [article, documents[place] ?? []]));
  return question.points.flatMap((point, place) => {
    const grounded = groundPoint(point, byArticle.get(point.article) ?? []);
    return grounded === undefined ? [] : [{ ...grounded, place }];
  });
}

/** What somebody has not said cannot be compared; what says too little, or something else, was. */
function missingPart(seems: NoAnswer | undefined): 'answer' | 'comparison' | undefined {
  if (seems === 'other-language') return 'comparison';
  return seems === undefined ? undefined : 'answer';
}

function nextStep(
  passages: readonly KnowledgeDocument[],
  level: ExperienceLevel | undefined,
  cited: KnowledgeDocument | undefined,
) {
  const [step] = nextStepsOf(passages, level);
  const passage = cited ?? passages.find(({ part }) => part === 'body');
  return step === undefined || passage === undefined ? undefined : { step, passage };
}
