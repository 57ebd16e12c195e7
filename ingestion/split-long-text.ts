import { splitSentences } from '#language/sentences.ts';

/** Beyond this a section is cut: a passage should be readable on a card. */
export const maxWordsPerPassage = 220;
/** Languages without spaces, and text that is none, count by their length. */
const mostCharactersPerWord = 12;
const mostCharactersPerPassage = maxWordsPerPassage * mostCharactersPerWord;
const longestPiece = new RegExp(`.{1,${mostCharactersPerPassage}}`, 'gsu');

/** A paragraph that is too long for a passage is cut between its sentences, and where it has none between its words. */
export function splitLongText(text: string): string[] {
  if (countWords(text) <= maxWordsPerPassage) return [text];
  const pieces: string[] = [];
  /** The lines of code stay lines. */
  const separator = text.includes('\n') ? '\n' : ' ';
  for (const sentence of splitSentences(text).flatMap(splitLongSentence)) {
    const joined = `${pieces.at(-1) ?? ''}${separator}${sentence}`;
    if (pieces.length > 0 && countWords(joined) <= maxWordsPerPassage)
      pieces[pieces.length - 1] = joined;
    else pieces.push(sentence);
  }
  return pieces;
}

function splitLongSentence(sentence: string): string[] {
  if (countWords(sentence) <= maxWordsPerPassage) return [sentence];
  const pieces: string[][] = [[]];
  let length = 0;
  for (const word of sentence.split(/\s+/).flatMap(splitLongWord)) {
    const open = pieces.at(-1) ?? [];
    const isFull =
      open.length === maxWordsPerPassage || length + word.length > mostCharactersPerPassage;
    if (open.length > 0 && isFull) {
      pieces.push([word]);
      length = word.length;
    } else {
      open.push(word);
      length += word.length + 1;
    }
  }
  return pieces.map((words) => words.join(' '));
}

function splitLongWord(word: string): string[] {
  return word.match(longestPiece) ?? [];
}

/** How many words a text counts for. */
export function countWords(text: string): number {
  return Math.max(text.split(/\s+/).length, Math.ceil(text.length / mostCharactersPerWord));
}
