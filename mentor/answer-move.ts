import { isQuestion, splitSentences } from '#language/sentences.ts';
import type { StoredCitation } from '#services/conversations/port.ts';
import {
  type DocumentType,
  documentTypes,
  type KnowledgeIndex,
} from '#services/knowledge-index/port.ts';
import type { LanguageModel } from '#services/model/port.ts';
import type { Answer, Citation, PastTurn } from './answer.ts';
import { fixedAnswer } from './compose-answer.ts';
import type { Variants } from './fixed-replies.ts';
import { freshVariant } from './fresh-variant.ts';
import { isTalk, moveReplies, type Talk, talkReplies } from './move-replies.ts';
import {
  type CitedTurn,
  isCited,
  isOffer,
  lastCitedTurnOf,
  lastReplyOf,
  nameSources,
} from './past-answers.ts';
import type { Move } from './read-move.ts';
import { suggestFollowUps } from './suggest-follow-ups.ts';
import { citedSentencesOf, createCitationFilter } from './verify-citations.ts';

export interface MoveDependencies {
  readonly index: KnowledgeIndex;
  readonly model: LanguageModel;
  readonly now: () => Date;
}

interface Said {
  readonly messageId: string;
  readonly history: readonly PastTurn[];
}

/**
 * The reply to a message that asks nothing new of the articles: small talk, an objection, "shorter", "again". `undefined`
 * where the articles, or a model that words answers freely, have to give it.
 */
export async function answerMove(
  move: Move,
  said: Said,
  dependencies: MoveDependencies,
): Promise<Answer | undefined> {
  if (isTalk(move)) return reply(said, talkReplies[move]);
  const last = lastReplyOf(said.history);
  if (move === 'yes') return isOffer(last) ? undefined : reply(said, talkReplies.agreed);
  if (last === undefined) return reply(said, moveReplies.nothingSaidYet);
  if (move === 'more' || dependencies.model.writes === 'freely') return undefined;
  return aboutLastAnswer(move, last, said, dependencies);
}

type MoveOnAnswer = Exclude<Move, Talk | 'yes' | 'more'>;

function aboutLastAnswer(
  move: MoveOnAnswer,
  last: PastTurn,
  said: Said,
  dependencies: MoveDependencies,
): Promise<Answer | undefined> | Answer | undefined {
  const { history } = said;
  const followUps = last.followUps ?? [];
  const sources = isCited(last) ? nameSources(last.citations) : undefined;
  switch (move) {
    case 'objection':
      return sources === undefined
        ? reply(said, moveReplies.objectionWithoutSource)
        : reply(said, moveReplies.objection(sources));
    case 'no-help':
      return reply(said, moveReplies.noHelp, followUps);
    case 'doubt':
      return isCited(last) && sources !== undefined
        ? reply(said, moveReplies.doubt(sources, quotationOf(last)))
        : undefined;
    case 'reason':
      return withReasons(lastCitedTurnOf(history), said, dependencies);
    case 'repeat':
      return isCited(last)
        ? quote(said, last, moveReplies.repeat(last.content), dependencies)
        : fixedAnswer(said.messageId, last.content, 'declined', { followUps });
    default:
      return inFewWords(move, lastCitedTurnOf(history), said, dependencies);
  }
}

function reply(
  { messageId, history }: Said,
  variants: Variants,
  followUps: readonly string[] = [],
): Answer {
  return fixedAnswer(messageId, freshVariant(variants, history), 'declined', { followUps });
}

/** The last answer in its first sentences, or in its very first where it was short already. */
async function inFewWords(
  move: 'shorter' | 'simpler' | 'unclear',
  answer: CitedTurn | undefined,
  said: Said,
  dependencies: MoveDependencies,
): Promise<Answer> {
  const [first, ...others] = answer === undefined ? [] : claimsOf(answer.content);
  if (answer === undefined || first === undefined) return reply(said, moveReplies.nothingSaidYet);
  const { history } = said;
  if (move !== 'shorter') {
    const text = freshVariant(moveReplies[move](first.text), history);
    const definitions = await definitionsFor(first.text, dependencies);
    return quote(said, answer, text, dependencies, definitions);
  }
  const next = others.find(({ paragraph }) => paragraph !== first.paragraph);
  const isShort = others.length === 0;
  const kept = others.length > 1 && next !== undefined ? `${first.text} ${next.text}` : first.text;
  const text = isShort
    ? freshVariant(moveReplies.alreadyShort(kept), history)
    : moveReplies.shorter(kept);
  return quote(said, answer, text, dependencies);
}

const mostReasons = 3;
const saysWhy =
  /\b(because|since|so that|therefore|which is why|the reason|due to|otherwise|in order to|leads? to|means that|that is how)\b/i;

/** What the sources of the last answer say for reasons, and the person has not read yet. */
async function withReasons(
  answer: CitedTurn | undefined,
  said: Said,
  dependencies: MoveDependencies,
): Promise<Answer> {
  if (answer === undefined) return reply(said, moveReplies.nothingSaidYet);
  const shown = said.history
    .filter(({ role }) => role === 'assistant')
    .map(({ content }) => content.replaceAll(/ ?\[\d+\]/g, ''))
    .join('\n');
  const reasons = answer.citations.flatMap(({ number, passage }) =>
    splitSentences(passage)
      .filter(
        (sentence) => saysWhy.test(sentence) && !isQuestion(sentence) && !shown.includes(sentence),
      )
      .map((sentence) => sentence.replace(/(?=[.!?]["”)]?$)/, ` [${number}]`)),
  );
  if (reasons.length === 0) return reply(said, moveReplies.noReasons, answer.followUps);
  const text = moveReplies.reasons(reasons.slice(0, mostReasons).join(' '));
  return quote(said, answer, text, dependencies);
}

interface Claim {
  readonly text: string;
  readonly paragraph: number;
}

/** The sentences of an answer that name a source, without the marks of a list and what stood before them. */
function claimsOf(content: string): Claim[] {
  return content.split(/\n+/).flatMap((line, paragraph) =>
    splitSentences(line)
      .filter((sentence) => /\[\d+\]/.test(sentence))
      .map((sentence) => ({ text: withoutLead(sentence), paragraph })),
  );
}

/** What our own replies put before a sentence that they quote. */
const leads = [
  moveReplies.shorter,
  moveReplies.alreadyShort,
  moveReplies.simpler,
  moveReplies.unclear,
  moveReplies.reasons,
].flatMap((template) => [template('|')].flat().map((text) => text.split('|', 1)[0] ?? ''));

/** "In short: A model ... [1]." is the sentence behind the colon. */
function withoutLead(sentence: string): string {
  const text = sentence.replace(/^- /, '');
  const lead = leads.find((known) => text.startsWith(known));
  return lead === undefined ? text : text.slice(lead.length);
}

function quotationOf(answer: CitedTurn): string {
  const [first] = claimsOf(answer.content);
  return (first?.text ?? answer.content).replaceAll(/\s*\[\d+\]/g, '');
}

/** Questions for the terms of a sentence; the reply stands without them where the index does not answer. */
async function definitionsFor(sentence: string, { index }: MoveDependencies): Promise<string[]> {
  try {
    const hits = await index.search({ text: sentence, limit: 30 });
    const definitions = hits
      .map(({ document }) => document)
      .filter(({ section }) => /^What (is|are) /.test(section));
    return suggestFollowUps('', [], definitions, new Set());
  } catch {
    return [];
  }
}

/** A text out of an earlier answer, with those of its sources that it names, numbered anew. */
async function quote(
  { messageId }: Said,
  answer: CitedTurn,
  text: string,
  dependencies: MoveDependencies,
  followUps: readonly string[] = answer.followUps ?? [],
): Promise<Answer> {
  const filter = createCitationFilter(new Set(answer.citations.map(({ number }) => number)));
  const renumbered = filter.push(text) + filter.end();
  const stored = filter.order.flatMap(
    (number) => answer.citations.find((citation) => citation.number === number) ?? [],
  );
  const citations = await Promise.all(
    stored.map((citation, position) =>
      restore({ ...citation, number: position + 1 }, renumbered, dependencies),
    ),
  );
  return {
    ...fixedAnswer(messageId, renumbered, 'declined', { followUps }),
    citations,
    state: 'grounded',
    writtenBy: 'passages',
    model: 'extractive',
    confidence: Math.max(0, ...citations.map(({ score }) => score)),
  };
}

/** A stored citation with what the article says of it today; as it was stored where the article is gone or not to be read. */
async function restore(
  stored: StoredCitation,
  text: string,
  { index, now }: MoveDependencies,
): Promise<Citation> {
  const passages = await index.getDocument(stored.documentId).catch(() => []);
  const document = passages.find(
    ({ section, content }) => section === stored.section && content === stored.passage,
  );
  const today = now().toISOString().slice(0, 10);
  const claims = splitSentences(text).filter((one) => one.includes(`[${stored.number}]`));
  return {
    ...stored,
    documentType: documentTypeOf(stored.documentType),
    sources: document?.sources ?? [],
    citedSentences: citedSentencesOf(stored.passage, claims),
    pastReview: document?.reviewBy !== undefined && document.reviewBy < today,
  };
}

function documentTypeOf(stored: string): DocumentType {
  return documentTypes.find((type) => type === stored) ?? 'guide';
}
