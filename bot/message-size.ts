import type { Activity } from 'botbuilder';
import type { CardData } from '#cards/card-data.ts';
import { shorten } from './normalise-text.ts';

/** What the framework and the channel add to a message: conversation, recipient, ids. */
const envelopeBytes = 2_048;

/** The size of a message on the wire, with what is added on the way. */
export function messageBytes(message: Partial<Activity>): number {
  return Buffer.byteLength(JSON.stringify(message)) + envelopeBytes;
}

/** How much of an answer a message shows, where not all of it has room. */
export interface AnswerDetail {
  /** Longest passage on the card; 0 is a message without card. */
  readonly passageLength: number;
  /** Longest excerpt in a citation. */
  readonly abstractLength: number;
  readonly textLength: number;
}

/** From everything to the least; the next is taken where the message is still too large. */
export const answerDetails: readonly AnswerDetail[] = [
  { passageLength: Number.POSITIVE_INFINITY, abstractLength: 160, textLength: 100_000 },
  { passageLength: 600, abstractLength: 160, textLength: 100_000 },
  { passageLength: 240, abstractLength: 120, textLength: 100_000 },
  { passageLength: 80, abstractLength: 80, textLength: 100_000 },
  { passageLength: 0, abstractLength: 80, textLength: 6_000 },
  { passageLength: 0, abstractLength: 40, textLength: 3_000 },
  { passageLength: 0, abstractLength: 20, textLength: 1_000 },
];

type Source = CardData<'answer'>['sources'][number];

/** The source with a passage of at most this length: of a longer one the sentences that the answer rests on stay first. */
export function withShorterPassage(source: Source, maxLength: number): Source {
  const length = source.passage.reduce((sum, { text }) => sum + text.length, 0);
  if (length <= maxLength) return source;
  const cited = source.passage.filter((piece) => piece.cited);
  const isCited = cited.length > 0;
  const text = (isCited ? cited : source.passage).map((piece) => piece.text.trim()).join(' … ');
  return { ...source, passage: [{ text: shorten(text, maxLength), cited: isCited }] };
}
