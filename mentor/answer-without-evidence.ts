import { isEnglish } from '#language/languages.ts';
import type { KnowledgeDocument } from '#services/knowledge-index/port.ts';
import type { TokenUsage } from '#services/model/port.ts';
import type { Answer } from './answer.ts';
import { fixedAnswer } from './compose-answer.ts';
import { fixedReplies } from './fixed-replies.ts';
import type { OtherCareers } from './other-career.ts';
import type { StandaloneQuestion } from './rewrite-question.ts';
import { suggestFollowUps } from './suggest-follow-ups.ts';

/** How much of a question is said back to the person. */
const longestEcho = 120;

export interface MissingEvidence {
  readonly messageId: string;
  /** What the person wrote. */
  readonly asked: string;
  readonly standalone: StandaloneQuestion;
  /** Stands before the answer; may be empty. */
  readonly preface: string;
  /** What has something to do with the question, best first. */
  readonly nearest: readonly KnowledgeDocument[];
  readonly timingsMs: Readonly<Record<string, number>>;
  readonly tokens: TokenUsage;
}

/** Says what was looked for and not found, and what comes near it, or that it is another career; never a guess. */
export function answerWithoutEvidence(
  missing: MissingEvidence,
  { otherCareers }: { readonly otherCareers: OtherCareers },
): Answer {
  const { messageId, standalone, preface, nearest, timingsMs, tokens } = missing;
  const profession = otherCareers.askedAbout(standalone.text);
  if (profession !== undefined) {
    const text = `${preface}${fixedReplies.otherCareer(profession)}`;
    return fixedAnswer(messageId, text, 'no-evidence', { followUps: otherCareers.followUps });
  }
  const asked = standalone.isRepeated === true ? standalone.text : missing.asked;
  const titles = [...new Set(nearest.map((document) => document.title))].slice(0, 2);
  const short = asked.length > longestEcho ? `${asked.slice(0, longestEcho - 3)}...` : asked;
  const offer =
    titles.length === 0 ? fixedReplies.noEvidenceNothing : fixedReplies.noEvidenceNearest(titles);
  const text = `${preface}${fixedReplies.noEvidence(short)} ${offer}`;
  return fixedAnswer(messageId, text, 'no-evidence', {
    followUps: suggestFollowUps(asked, [], nearest, new Set()),
    timingsMs,
    tokens: { prompt: tokens.promptTokens, answer: tokens.answerTokens },
    ...(isEnglish(asked) ? {} : { notice: fixedReplies.englishOnly }),
  });
}
