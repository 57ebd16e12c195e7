import { rememberByText } from '#language/remember-by-text.ts';
import { isQuestion, splitSentences } from '#language/sentences.ts';
import { isStopWord, stemOf, topicStems, wordsOf } from '#language/words.ts';
import type { Grounding, GroundingPassage, LanguageModel, ModelEvent } from './port.ts';

/** Limits that keep an answer readable: design rule of at most 150 words in a chat. */
const limits = {
  words: 135,
  paragraphs: 3,
  sentencesOfBest: 4,
  sentencesOfOthers: 2,
  /** A further passage is used only when it fits the question nearly as well as the best one. */
  relevanceOfOthers: 0.62,
  /** Two sentences that share more than this say the same. */
  sameSaid: 0.55,
} as const;

/** A reply of fewer words leans on its question. */
const fewestWordsOfReply = 4;

/**
 * Answers without a language model: puts together the passages' own sentences, each with the number of its passage.
 * One paragraph holds the sentences of one passage in their own order, and opens with the one that answers its heading,
 * so that nothing unrelated is stitched together. Never fails for want of a service.
 */
export function createExtractiveModel(): LanguageModel {
  return {
    name: 'extractive',
    writes: 'from-passages',
    contextWindowTokens: Number.MAX_SAFE_INTEGER,
    async *stream(request): AsyncGenerator<ModelEvent> {
      const paragraphs = request.grounding === undefined ? [] : composeParts(request.grounding);
      for (const [position, paragraph] of paragraphs.entries()) {
        if (position > 0) yield { type: 'text-delta', text: '\n\n' };
        const pieces = piecesOf(paragraph);
        for (const [place, piece] of pieces.entries()) {
          request.signal?.throwIfAborted();
          yield {
            type: 'text-delta',
            text: place === 0 ? piece : joined(piece, pieces[place - 1]),
          };
        }
      }
      yield { type: 'finish', reason: 'stop', usage: { promptTokens: 0, answerTokens: 0 } };
    },
  };
}

interface Sentence {
  readonly text: string;
  readonly stems: ReadonlySet<string>;
  /** A list item of the article, which stays one. */
  readonly isItem: boolean;
}

interface Paragraph {
  readonly number: number;
  readonly sentences: readonly Sentence[];
}

/** Each of several questions gets its paragraphs, and an equal share of the words. */
function composeParts(grounding: Grounding): Paragraph[] {
  const { parts, passages } = grounding;
  if (parts === undefined) return compose(grounding, limits.words);
  const written: Paragraph[] = [];
  for (const { question, passages: numbers } of parts) {
    const own = passages.filter(({ number }) => numbers.includes(number));
    const room = limits.words / parts.length;
    const before = written.flatMap(({ sentences }) => sentences);
    written.push(...compose({ ...grounding, question, passages: own }, room, before));
  }
  return written;
}

function compose(
  grounding: Grounding,
  mostWords: number,
  said: readonly Sentence[] = [],
): Paragraph[] {
  const wanted = questionStems(grounding);
  const paragraphs: Paragraph[] = [];
  let words = 0;
  for (const passage of ordered(grounding.passages, wanted)) {
    if (paragraphs.length === limits.paragraphs || words > mostWords * 0.75) break;
    const isBest = paragraphs.length === 0;
    if (!isBest && passage.relevance < limits.relevanceOfOthers) continue;
    const before = [...said, ...paragraphs.flatMap((paragraph) => paragraph.sentences)];
    const sentences = selectSentences(passage, wanted, {
      before,
      most: isBest ? limits.sentencesOfBest : limits.sentencesOfOthers,
      mayExceed: isBest,
      words: mostWords - words,
    });
    if (sentences.length === 0) continue;
    paragraphs.push({ number: passage.number, sentences });
    words += sentences.reduce((sum, sentence) => sum + countWords(sentence.text), 0);
  }
  return paragraphs;
}

/** The passage whose heading asks what the person asks comes first; otherwise the order of the retrieval stands. */
function ordered(
  passages: readonly GroundingPassage[],
  wanted: ReadonlyMap<string, number>,
): GroundingPassage[] {
  const fit = (passage: GroundingPassage) =>
    passage.relevance + 0.35 * weightOf(new Set(topicStems(passage.section)), wanted);
  return passages.toSorted((left, right) => fit(right) - fit(left));
}

function selectSentences(
  passage: GroundingPassage,
  wanted: ReadonlyMap<string, number>,
  room: {
    readonly before: readonly Sentence[];
    readonly most: number;
    readonly mayExceed: boolean;
    readonly words: number;
  },
): Sentence[] {
  const sentences = sentencesOf(passage.content);
  const fresh = sentences
    .map((sentence, position) => ({
      sentence,
      position,
      /** The first sentence under a heading answers it: that is how articles are written. */
      score: weightOf(sentence.stems, wanted) + (position === 0 ? 1 : 0) + 0.1 / (position + 1),
    }))
    .filter(({ sentence }) => !room.before.some((other) => saysTheSame(sentence, other)));
  const chosen: typeof fresh = [];
  let words = 0;
  for (const candidate of fresh.toSorted((left, right) => right.score - left.score)) {
    const count = countWords(candidate.sentence.text);
    if (chosen.length === room.most) break;
    if (words + count > room.words && !(room.mayExceed && chosen.length === 0)) continue;
    chosen.push(candidate);
    words += count;
  }
  const kept = chosen.toSorted((left, right) => left.position - right.position);
  /** Without its opening sentence a passage was said already: its details alone would hang in the air. */
  return kept[0]?.position === 0 ? kept.map(({ sentence }) => sentence) : [];
}

const sentencesOf = rememberByText(
  (content): readonly Sentence[] => {
    const lines = content
      .split('\n')
      .filter((line) => line.trim() !== '')
      .filter((line, lineNumber, all) => !isTableTitle(line, all[lineNumber + 1]));
    return lines.flatMap((line, lineNumber) => {
      const sentences = splitSentences(line);
      const isItem =
        isRow(line) || (lineNumber > 0 && sentences.length === 1 && isListLike(lines, lineNumber));
      return sentences
        .filter(
          (text, position) => !isQuestion(text) && !isBareReply(text, sentences[position - 1]),
        )
        .map((text) => ({ text, stems: new Set(topicStems(text)), isItem }));
    });
  },
  { most: 1_000 },
);

/** Whether the line was a row of a table, such as "Role: engineer; Pay: 100". */
function isRow(line: string): boolean {
  return /^[^:;]{1,60}: [^;]+; [^:;]{1,60}: /.test(line);
}

/** What stands over a table names it and states nothing. */
function isTableTitle(line: string, next: string | undefined): boolean {
  return next !== undefined && isRow(next) && !/[.!?:;]/.test(line);
}

/** "No." and "About six." say nothing without the question that they answer, and what asks is no statement to cite. */
function isBareReply(text: string, before: string | undefined): boolean {
  return before !== undefined && isQuestion(before) && countWords(text) < fewestWordsOfReply;
}

/** A line of one sentence beside other lines of one sentence was an item of a list. */
function isListLike(lines: readonly string[], lineNumber: number): boolean {
  return [lines[lineNumber - 1], lines[lineNumber + 1]].some(
    (neighbour) => neighbour !== undefined && splitSentences(neighbour).length === 1,
  );
}

/** The stems of the question, each with what a match is worth: rare ones among the passages are worth more. */
function questionStems(grounding: Grounding): Map<string, number> {
  const contents = grounding.passages.map((passage) => new Set(topicStems(passage.content)));
  const worth = (stem: string) => {
    const holding = contents.filter((content) => content.has(stem)).length;
    return holding === 0 ? 0 : Math.log(1 + (contents.length + 1) / holding);
  };
  const stems = new Map<string, number>();
  for (const word of wordsOf(grounding.question)) {
    if (isStopWord(word)) continue;
    stems.set(stemOf(word), worth(stemOf(word)));
    const alternatives =
      grounding.synonyms.find((group) => group.term === word)?.alternatives ?? [];
    for (const stem of alternatives.flatMap(topicStems))
      if (!stems.has(stem)) stems.set(stem, 0.6 * worth(stem));
  }
  return stems;
}

/** 0 to 1: share of the question's weight that the stems hold. */
function weightOf(stems: ReadonlySet<string>, wanted: ReadonlyMap<string, number>): number {
  let held = 0;
  let whole = 0;
  for (const [stem, weight] of wanted) {
    whole += weight;
    if (stems.has(stem)) held += weight;
  }
  return whole === 0 ? 0 : held / whole;
}

function saysTheSame(left: Sentence, right: Sentence): boolean {
  const shared = [...left.stems].filter((stem) => right.stems.has(stem)).length;
  return shared / Math.max(1, Math.min(left.stems.size, right.stems.size)) > limits.sameSaid;
}

function countWords(text: string): number {
  return text.split(/\s+/).length;
}

/** The sentences as Markdown, each with its marker before the full stop; items of a list stay a list. */
function piecesOf(paragraph: Paragraph): string[] {
  const items = paragraph.sentences.filter((sentence) => sentence.isItem).length;
  return paragraph.sentences.map((sentence) => {
    const text = withMarker(sentence.text, paragraph.number);
    return sentence.isItem && items > 1 ? `- ${text}` : text;
  });
}

/** Items stand on lines of their own; what follows a list begins a paragraph, so that it is not read as its last item. */
function joined(piece: string, before: string | undefined): string {
  if (piece.startsWith('- ')) return `\n${piece}`;
  return before?.startsWith('- ') ? `\n\n${piece}` : ` ${piece}`;
}

function withMarker(sentence: string, number: number): string {
  const end = /[.!?]["”)]?$/.exec(sentence);
  if (end === null) return `${sentence} [${number}]`;
  return `${sentence.slice(0, end.index)} [${number}]${end[0]}`;
}
