import type { AnswerState } from '#services/conversations/port.ts';
import type { Profile } from '#services/profiles/port.ts';
import type { Answer, Citation } from './answer.ts';
import { fixedReplies, levelNames } from './fixed-replies.ts';
import type { GeneratedAnswer } from './generate-answer.ts';
import type { Retrieval, RetrievedPassage } from './retrieve-passages.ts';
import { type CitationCheck, citedSentencesOf } from './verify-citations.ts';

/** A written text with what it rests on. */
export interface GroundedText {
  readonly text: string;
  readonly citations: readonly Citation[];
  readonly state: AnswerState;
  readonly confidence: number;
  readonly notice?: string;
}

/** Marks what the check found unsupported, and says how well the text is grounded. */
export function groundText(
  text: string,
  cited: readonly RetrievedPassage[],
  check: CitationCheck,
  generated: Pick<GeneratedAnswer, 'finishReason' | 'failure' | 'model'>,
): GroundedText {
  const state = stateOf(check, generated);
  const notice = noticeOf(check, generated);
  return {
    text: markUnsupported(text, check),
    citations: cited.map((passage, index) => toCitation(passage, index + 1, check)),
    state,
    confidence: confidenceOf(check, cited),
    ...(notice === undefined ? {} : { notice }),
  };
}

function stateOf(check: CitationCheck, generated: Pick<GeneratedAnswer, 'failure'>): AnswerState {
  if (generated.failure !== undefined) return 'degraded';
  if (check.supported.length === 0 || check.unsupported.length > 0 || !check.isComparable)
    return 'partly-grounded';
  return 'grounded';
}

/** Why the passages answer in the model's place, where it is not that the model is down. */
const failureNotices: Readonly<Record<string, string>> = {
  'content-filter': fixedReplies.withheld,
  'no-source': fixedReplies.modelWithoutSource,
};

function noticeOf(
  check: CitationCheck,
  generated: Pick<GeneratedAnswer, 'finishReason' | 'failure'>,
): string | undefined {
  if (generated.failure !== undefined)
    return failureNotices[String(generated.failure.details['reason'])] ?? fixedReplies.modelDown;
  if (check.unsupported.length > 0) return fixedReplies.unsupported;
  if (check.supported.length === 0) return fixedReplies.noCitation;
  if (!check.isComparable) return fixedReplies.notComparable;
  return generated.finishReason === 'length' ? fixedReplies.cutShort : undefined;
}

/** Puts the mark behind each unsupported sentence, in the place where it stands. */
function markUnsupported(text: string, check: CitationCheck): string {
  let marked = '';
  let position = 0;
  for (const sentence of check.sentences) {
    const end = text.indexOf(sentence.text, position) + sentence.text.length;
    marked += text.slice(position, end);
    if (check.unsupported.includes(sentence)) marked += ` ${fixedReplies.unsupportedMark}`;
    position = end;
  }
  return marked + text.slice(position);
}

/** How much of the question the sources cover, times the share of statements that they support. */
function confidenceOf(check: CitationCheck, cited: readonly RetrievedPassage[]): number {
  const claims = check.supported.length + check.unsupported.length;
  if (claims === 0) return 0;
  const coverage = Math.max(0, ...cited.map((passage) => passage.coverage));
  return Math.round(100 * Math.min(1, coverage) * (check.supported.length / claims)) / 100;
}

function toCitation(passage: RetrievedPassage, number: number, check: CitationCheck): Citation {
  const { document } = passage;
  const claims = check.supported
    .filter((sentence) => sentence.cited.includes(number))
    .map((sentence) => sentence.text);
  return {
    number,
    documentId: document.documentId,
    title: document.title,
    documentType: document.documentType,
    sourceUrl: document.sourceUrl,
    section: document.section,
    passage: document.content,
    date: document.updatedAt,
    score: Math.round(passage.relevance * 1000) / 1000,
    sources: document.sources,
    citedSentences: citedSentencesOf(document.content, claims),
    pastReview: passage.pastReview,
  };
}

/** What of the profile shaped the answer, in one line; only what really changed the order of the sources. */
export function becauseYouSaid(
  profile: Profile | undefined,
  retrieval: Pick<Retrieval, 'shapedBy'>,
  roleName: (id: string) => string | undefined,
): string | undefined {
  if (profile === undefined) return undefined;
  const role = profile.targetRole === undefined ? undefined : roleName(profile.targetRole);
  const said = [
    retrieval.shapedBy.includes('background') && profile.background !== undefined
      ? `your background is “${profile.background}”`
      : undefined,
    retrieval.shapedBy.includes('level') && profile.experienceLevel !== undefined
      ? `you are ${levelNames[profile.experienceLevel]}`
      : undefined,
    retrieval.shapedBy.includes('role') && role !== undefined ? `you aim for ${role}` : undefined,
  ].filter((part) => part !== undefined);
  if (said.length === 0) return undefined;
  const list = said.length === 1 ? said[0] : `${said.slice(0, -1).join(', ')} and ${said.at(-1)}`;
  return `Because you said ${list}, I put what fits that first.`;
}

/** An answer that neither a model nor an article wrote. */
export function fixedAnswer(
  messageId: string,
  text: string,
  state: 'no-evidence' | 'declined',
  extra: Partial<Pick<Answer, 'followUps' | 'notice' | 'timingsMs' | 'tokens'>> = {},
): Answer {
  return {
    messageId,
    text,
    citations: [],
    followUps: [],
    nextSteps: [],
    state,
    confidence: 0,
    model: 'none',
    writtenBy: 'fixed',
    tokens: { prompt: 0, answer: 0 },
    timingsMs: {},
    ...extra,
  };
}
