import { isEnglish } from '#language/languages.ts';
import type { KnowledgeDocument } from '#services/knowledge-index/port.ts';
import type { TokenUsage } from '#services/model/port.ts';
import type { Answer, PastTurn } from './answer.ts';
import { fixedAnswer } from './compose-answer.ts';
import { fixedReplies, type Variants } from './fixed-replies.ts';
import { freshVariant } from './fresh-variant.ts';
import { moveReplies } from './move-replies.ts';
import type { OtherCareers } from './other-career.ts';
import { isCited, lastCitedTurnOf, lastReplyOf, nameSources } from './past-answers.ts';
import type { StandaloneQuestion } from './rewrite-question.ts';
import { suggestFollowUps } from './suggest-follow-ups.ts';

/** How much of a question is said back to the person. */
const longestEcho = 120;

export interface MissingEvidence {
  readonly messageId: string;
  /** What the person wrote. */
  readonly asked: string;
  readonly standalone: StandaloneQuestion;
  readonly history: readonly PastTurn[];
  /** Whether what answers it was shown before. */
  readonly allShown: boolean;
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
  const { messageId, standalone, preface, nearest, history, timingsMs, tokens } = missing;
  const profession = otherCareers.askedAbout(standalone.text);
  if (profession !== undefined) {
    const text = `${preface}${freshVariant(fixedReplies.otherCareer(profession), history)}`;
    return fixedAnswer(messageId, text, 'no-evidence', { followUps: otherCareers.followUps });
  }
  const asked = standalone.isRepeated === true ? standalone.text : missing.asked;
  const text = `${preface}${freshVariant(whatIsMissing(asked, missing), history)} ${offer(missing)}`;
  const before = history.filter(({ role }) => role === 'user').map(({ content }) => content);
  return fixedAnswer(messageId, text, 'no-evidence', {
    followUps: suggestFollowUps(asked, before, nearest, new Set()),
    timingsMs,
    tokens: { prompt: tokens.promptTokens, answer: tokens.answerTokens },
    ...(isEnglish(asked) ? {} : { notice: fixedReplies.englishOnly }),
  });
}

function whatIsMissing(
  asked: string,
  { standalone, history, allShown }: MissingEvidence,
): Variants {
  const last = lastCitedTurnOf(history);
  if (allShown && last !== undefined) return moveReplies.allSaid(nameSources(last.citations));
  const { topic, isFollowUp, latest } = standalone;
  const isPartOfTopic = isFollowUp && latest !== undefined && isCited(lastReplyOf(history));
  return isPartOfTopic && topic !== undefined
    ? fixedReplies.noEvidenceInTopic(shortened(withoutOpening(asked)), shortened(topic))
    : fixedReplies.noEvidence(shortened(asked));
}

function offer({ nearest, history, allShown }: MissingEvidence): string {
  if (allShown) return moveReplies.whatElse;
  const headings = [...new Set(nearest.map(({ section }) => section))].slice(0, 2);
  const offers =
    headings.length === 0
      ? fixedReplies.noEvidenceNothing
      : fixedReplies.noEvidenceNearest(headings);
  return freshVariant(offers, history);
}

/** "What about in Germany?" asks about "in Germany". */
function withoutOpening(asked: string): string {
  const plain = asked
    .replace(/^((and|but|or|so|ok|what about|how about)[ ,]+)+/i, '')
    .replace(/[?.! ]+$/, '');
  return plain === '' ? asked : plain;
}

/** As plain words: what looks like markup would be shown as such. */
function shortened(asked: string): string {
  const text = asked
    .replaceAll(/[*_`~<>[\]#|\\]+/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
  return text.length > longestEcho ? `${text.slice(0, longestEcho - 3)}...` : text;
}
