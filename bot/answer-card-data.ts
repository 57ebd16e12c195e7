import { type CardData, type SourceData, sayButtonOf } from '#cards/card-data.ts';
import type { Answer } from '#mentor/answer.ts';
import type { StoredCitation } from '#services/conversations/port.ts';
import { openableUrl } from './source-url.ts';
import { texts } from './texts.ts';

/** Most citations that Teams takes in one message; the other channels need no more either. */
export const maxCitations = 20;

interface CardOptions {
  readonly publicUrl: string | undefined;
  /** Whether the card has to carry the thumbs. */
  readonly thumbs: boolean;
}

/** What the answer's card shows below the text: everything but the text itself. */
export function answerCardData(
  answer: Answer,
  { publicUrl, thumbs }: CardOptions,
): CardData<'answer'> {
  return {
    because: answer.becauseYouSaid ?? '',
    nextSteps: answer.nextSteps.map((text) => ({ text })),
    sources: sourcesData(answer.citations, publicUrl),
    quiet: quietLine(answer),
    followUps: answer.followUps.slice(0, 3).map((question) => sayButtonOf(question)),
    thumbsFor: thumbs && canBeRated(answer) ? answer.messageId : '',
  };
}

/** Whether a card would show anything. */
export function hasContent(data: CardData<'answer'>): boolean {
  const { because, quiet, thumbsFor, nextSteps, sources, followUps } = data;
  const lines = [because, quiet, thumbsFor];
  return (
    lines.some((line) => line !== '') || nextSteps.length + sources.length + followUps.length > 0
  );
}

/** Fixed replies, which also meet people in distress, ask for no rating. */
export function canBeRated(answer: Answer): boolean {
  return answer.writtenBy !== 'fixed';
}

/** Sources as cards list them. */
export function sourcesData(
  citations: readonly (StoredCitation & { readonly citedSentences?: readonly string[] })[],
  publicUrl: string | undefined,
): SourceData[] {
  return citations.slice(0, maxCitations).map((citation) => ({
    number: citation.number,
    title: distinctTitle(citation, citations),
    details: sourceDetails(citation),
    section: citation.section === citation.title ? '' : citation.section,
    passage: markCited(citation.passage, citation.citedSentences ?? []),
    url: openableUrl(citation.sourceUrl, publicUrl) ?? '',
  }));
}

/** Two passages of one article would look like the same source twice: their headings tell them apart. */
export function distinctTitle(
  { number, title, section }: StoredCitation,
  all: readonly StoredCitation[],
): string {
  const isRepeated = all.some((other) => other.number !== number && other.title === title);
  return isRepeated && section !== title ? `${title}: ${section}` : title;
}

/** Kind and date of a source, such as `guide, reviewed 2026-11`. */
export function sourceDetails({
  documentType,
  date,
}: Pick<StoredCitation, 'documentType' | 'date'>): string {
  const kind = documentType === 'faq' ? 'FAQ' : documentType.replaceAll('_', ' ');
  const month = /^\d{4}-\d{2}/.exec(date)?.[0];
  return `${kind}, ${month === undefined ? 'date unknown' : `reviewed ${month}`}`;
}

/** The passage in pieces, each marked whether the answer rests on it. */
export function markCited(
  passage: string,
  citedSentences: readonly string[],
): { text: string; cited: boolean }[] {
  const pieces: { text: string; cited: boolean }[] = [];
  let position = 0;
  const places = citedSentences
    .map((sentence) => ({ start: sentence === '' ? -1 : passage.indexOf(sentence), sentence }))
    .filter(({ start }) => start >= 0)
    .sort((one, other) => one.start - other.start);
  for (const { start, sentence } of places) {
    if (start < position) continue;
    if (start > position) pieces.push({ text: passage.slice(position, start), cited: false });
    pieces.push({ text: sentence, cited: true });
    position = start + sentence.length;
  }
  if (position < passage.length || pieces.length === 0)
    pieces.push({ text: passage.slice(position) || ' ', cited: false });
  return pieces;
}

/** What kind of answer this is, in one or two quiet sentences. */
export function quietLine(answer: Answer): string {
  const overdue = answer.citations
    .filter(({ pastReview }) => pastReview)
    .map(({ number }) => number);
  return [
    answer.notice ?? '',
    answer.state === 'partly-grounded' && answer.notice === undefined ? texts.partlyGrounded : '',
    madeBy(answer),
    overdue.length > 0 ? texts.pastReview(overdue) : '',
  ]
    .filter((sentence) => sentence !== '')
    .join(' ');
}

function madeBy({ writtenBy, state, citations }: Answer): string {
  if (citations.length === 0 || writtenBy === 'fixed') return '';
  if (writtenBy === 'model') return texts.writtenByModel;
  // A degraded answer's notice says already where it comes from.
  return state === 'degraded' ? '' : texts.writtenFromPassages;
}
