import type { KnowledgeDocument } from '#services/knowledge-index/port.ts';
import type { Answer, Citation } from './answer.ts';
import { fixedAnswer } from './compose-answer.ts';
import type { Variants } from './fixed-replies.ts';
import type { InterviewPoint } from './interview-questions.ts';
import { interviewReplies as replies } from './interview-replies.ts';
import { citedSentencesOf, verifyCitations } from './verify-citations.ts';

/** A point with the passage that bears it out. */
export interface GroundedPoint extends Pick<InterviewPoint, 'says' | 'opening'> {
  readonly passage: KnowledgeDocument;
}

/** The point with its passage, or nothing where no passage of its section says so: then nobody is told it. */
export function groundPoint(
  point: InterviewPoint,
  passages: readonly KnowledgeDocument[],
): GroundedPoint | undefined {
  const claim = cited(point.says, 1);
  const passage = passages
    .filter(({ section, part }) => section === point.section && part === 'body')
    .find(({ content }) => verifyCitations(claim, new Map([[1, content]])).supported.length > 0);
  return passage && { says: point.says, opening: point.opening, passage };
}

/** Whether an answer is easy to listen to, long, or so long that only its beginning was read. */
export type AnswerLength = 'short' | 'long' | 'cut';

export interface FeedbackInput {
  readonly found: readonly GroundedPoint[];
  readonly missing: readonly GroundedPoint[];
  /** Why there is nothing to find in what they said, where there is not. */
  readonly without?: 'answer' | 'comparison' | undefined;
  readonly length: AnswerLength;
  readonly readBy: 'words' | 'model';
}

export interface AnswerFrame {
  readonly messageId: string;
  /** Which of several ways to say the same: so that no round repeats itself. */
  readonly turn: number;
  /** A date such as 2026-01-31. */
  readonly today: string;
}

/** What an answer of the practice holds and what it could, each point with the passage it rests on, and one suggestion. */
export function composeFeedback(input: FeedbackInput, frame: AnswerFrame): Answer {
  const { found, missing, without, length, readBy } = input;
  const sources = createSources(frame.today);
  const [next] = missing;
  const toAdd = found.length > 0 ? replies.pointsToAdd : replies.pointsOfGood;
  const text = joinParts([
    variant(openingLine(input), frame.turn),
    list(replies.pointsFound, found, sources),
    list(toAdd, missing, sources),
    replies.length[length],
    next === undefined ? replies.tryAloud : replies.tryOpening(next.opening),
  ]);
  const readIt = readBy === 'model' ? replies.readByModel : replies.readByWords;
  return {
    ...practiceAnswer(text, sources.citations(), frame.messageId),
    ...(without === undefined ? { notice: readIt } : {}),
  };
}

function openingLine({ found, missing, without }: FeedbackInput): Variants {
  if (without === 'answer') return replies.noIdea;
  if (without === 'comparison') return replies.notCompared;
  if (found.length === 0) return replies.hasNone;
  return missing.length === 0 ? replies.hasAll : replies.hasSome;
}

export interface ClosingInput {
  readonly found: readonly GroundedPoint[];
  readonly missing: readonly GroundedPoint[];
  /** A step, and the passage of the article it comes from. */
  readonly next?: { readonly step: string; readonly passage: KnowledgeDocument } | undefined;
  /** Whether questions were left open, and whether all were. */
  readonly open: 'none' | 'some' | 'all';
}

/** The last word of a round: what went well, what to practise, and one next step with its article. */
export function composeClosing(input: ClosingInput, frame: AnswerFrame): Answer {
  const { found, missing, next, open } = input;
  const sources = createSources(frame.today);
  const text = joinParts([
    open === 'all' ? replies.closingSkipped : replies.closing,
    list(replies.wentWell, found, sources),
    list(replies.toPractise, missing, sources),
    open === 'none' && missing.length === 0 ? replies.nothingLeft : '',
    open === 'some' ? replies.leftOpen : '',
    next === undefined ? '' : replies.readNext(next.passage.title, sources.numberOf(next.passage)),
  ]);
  return {
    ...practiceAnswer(text, sources.citations(), frame.messageId),
    nextSteps: next === undefined ? [] : [next.step],
    followUps: [replies.again],
  };
}

function list(
  title: string,
  points: readonly GroundedPoint[],
  sources: ReturnType<typeof createSources>,
): string {
  if (points.length === 0) return '';
  const lines = points.map(({ says, passage }) => {
    return `- ${cited(says, sources.numberOf(passage, says))}`;
  });
  return [`**${title}**`, ...lines].join('\n');
}

/** The marker stands before the end of its sentence. */
function cited(sentence: string, number: number): string {
  return sentence.replace(/([.!?])?$/, (end) => ` [${number}]${end || '.'}`);
}

/** Numbers passages by their first mention, and makes their citations. */
function createSources(today: string) {
  const named = new Map<string, { passage: KnowledgeDocument; claims: string[] }>();
  return {
    numberOf(passage: KnowledgeDocument, ...claims: string[]): number {
      const known = named.get(passage.id);
      if (known === undefined) named.set(passage.id, { passage, claims });
      else known.claims.push(...claims);
      return [...named.keys()].indexOf(passage.id) + 1;
    },
    citations: (): Citation[] =>
      [...named.values()].map(({ passage, claims }, index) => ({
        number: index + 1,
        documentId: passage.documentId,
        title: passage.title,
        documentType: passage.documentType,
        sourceUrl: passage.sourceUrl,
        section: passage.section,
        passage: passage.content,
        date: passage.updatedAt,
        score: 1,
        sources: passage.sources,
        citedSentences: citedSentencesOf(passage.content, claims),
        pastReview: passage.reviewBy !== undefined && passage.reviewBy < today,
      })),
  };
}

function practiceAnswer(text: string, citations: readonly Citation[], messageId: string): Answer {
  const state = citations.length > 0 ? 'grounded' : 'declined';
  return { ...fixedAnswer(messageId, text, 'declined'), citations, state };
}

function variant(variants: Variants, turn: number): string {
  return variants[turn % variants.length] ?? variants[0];
}

function joinParts(parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join('\n\n');
}
