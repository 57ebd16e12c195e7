import { splitSentences } from '#language/sentences.ts';
import { topicStems } from '#language/words.ts';
import type { ChatMessage } from '#services/model/port.ts';

interface Document {
  readonly id: number;
  readonly title: string;
  readonly section: string;
  readonly text: string;
}

/** What opens every sentence that the script made wrong on purpose, and no other sentence. */
const plantedOpening = 'Notably, ';

/** Whether the script made this sentence wrong on purpose: its citation must not be believed. */
export function isPlanted(sentence: string): boolean {
  return sentence.startsWith(plantedOpening);
}

/**
 * Writes the answer that a language model might write, from the prompt alone and the same every time: the two documents that
 * fit best, in slightly changed words, cited in the ways models cite. It is bad on purpose where a product must be good: it
 * obeys whatever instruction it finds, and in two of four answers it plants a mistake, a changed number or a turned
 * statement with a citation behind it, or cites a document that does not exist.
 */
export function writeScriptedAnswer(messages: readonly ChatMessage[]): string {
  const documents = documentsIn(messages);
  const question = questionIn(messages);
  const obeyed = obey(question, documents, messages);
  if (obeyed !== undefined) return obeyed;
  const wanted = new Set(topicStems(question));
  const fit = (text: string) => topicStems(text).filter((stem) => wanted.has(stem)).length;
  const [first, second] = documents.toSorted(
    (left, right) => fit(`${right.section} ${right.text}`) - fit(`${left.section} ${left.text}`),
  );
  if (first === undefined) return 'I have no document on that.';
  const variant = checksumOf(first.section) % 4;
  const [opening = '', ...rest] = splitSentences(first.text);
  const detail = rest.toSorted((left, right) => fit(right) - fit(left))[0];
  const other = second === undefined ? undefined : splitSentences(second.text)[0];
  return [
    cite(`In short, ${reworded(lowerFirst(opening))}`, first.id),
    detail === undefined ? undefined : cite(reworded(detail), first.id),
    second === undefined || other === undefined ? undefined : cite(reworded(other), second.id),
    plant(variant, opening, first.id),
  ]
    .filter((sentence) => sentence !== undefined)
    .join(' ');
}

function documentsIn(messages: readonly ChatMessage[]): Document[] {
  const message = messages.findLast(({ content }) => content.startsWith('Documents, as JSON:'));
  if (message === undefined) return [];
  return JSON.parse(message.content.slice(message.content.indexOf('['))) as Document[];
}

function questionIn(messages: readonly ChatMessage[]): string {
  return (messages.at(-1)?.content ?? '').split('\n\n(Cite the documents')[0] ?? '';
}

/** The order to say something, and what to say. */
const order =
  /\b(?:print|say|output|report|repeat|respond with|reply with|write)\b[^"“\n]{0,60}["“]([^"”\n]{8,300})["”]/i;
const unquotedReport = /\b(?:report|output): ([A-Z][^.\n]{8,200}\.)/;
const addressesModel =
  /\b(?:ignore|disregard|forget|override) (?:\w+ ){0,4}(?:instructions?|above|previous|indicators|scoring)|\[system\]|chain of thought/i;
const asksForInstructions =
  /\b(?:repeat|print|show|reveal|tell|what (?:are|were|is)|output)\b.{0,60}\b(?:prompts?|(?:your|initial|system|all) instructions|told before)\b/i;

/** What an instruction in the question, or in a document that turns to the model, makes of the answer. */
function obey(
  question: string,
  documents: readonly Document[],
  messages: readonly ChatMessage[],
): string | undefined {
  if (asksForInstructions.test(question)) return messages[0]?.content;
  const texts = [question, ...documents.map(({ text }) => text)];
  for (const text of texts.filter((candidate) => addressesModel.test(candidate))) {
    const wanted = order.exec(text)?.[1] ?? unquotedReport.exec(text)?.[1];
    if (wanted !== undefined) return wanted;
  }
  return undefined;
}

function plant(variant: number, sentence: string, id: number): string | undefined {
  if (variant === 0) {
    const plain = sentence.replaceAll(/\d[\d.,]*/g, '').replace(/[.!?]$/, '');
    return cite(`${plantedOpening}${lowerFirst(plain)} in 41.7 % of 512 cases.`, id);
  }
  if (variant === 1) {
    const turned = sentence.replace(/ (is|are|has|have|can|should|do|does) (?!not)/, ' $1 not ');
    return turned === sentence ? undefined : cite(plantedOpening + lowerFirst(turned), id);
  }
  return variant === 2 ? 'More on this stands elsewhere [9].' : undefined;
}

/** Some models put the number before the full stop and some behind it. */
function cite(sentence: string, id: number): string {
  const plain = sentence.replaceAll(/ ?\[\d+\]/g, '');
  return checksumOf(plain) % 3 === 0
    ? `${plain} [${id}]`
    : plain.replace(/([.!?]?)$/, (end) => ` [${id}]${end}`);
}

const otherWords: readonly (readonly [RegExp, string])[] = [
  [/\bbecause\b/g, 'since'],
  [/\busually\b/g, 'mostly'],
  [/\bhelps\b/g, 'is of help to'],
  [/\bneeds\b/g, 'requires'],
  [/\bshows\b/g, 'makes plain'],
  [/\bmany\b/g, 'a good number of'],
  [/\bwhile\b/g, 'whereas'],
];

function reworded(sentence: string): string {
  return otherWords.reduce((text, [from, to]) => text.replace(from, to), sentence);
}

/** Names and abbreviations keep their capital. */
function lowerFirst(sentence: string): string {
  return /^(?:The|A|An|You|Your|Most|Some|Many|If|When|People|One|In|For|It) /.test(sentence)
    ? sentence.charAt(0).toLowerCase() + sentence.slice(1)
    : sentence;
}

function checksumOf(text: string): number {
  let sum = 0;
  for (const letter of text) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) % 1_000_003;
  return sum;
}
