import { readFileSync } from 'node:fs';
import path from 'word-list';

const newLine = 0x0a;
let list: Buffer | undefined;

/**
 * Whether a word of lower-case letters is in the dictionary: inflected forms are, names and most terms of the trade are not.
 * The list is read with the first question and searched as it lies in the file, since a set of its words takes ten times the memory.
 */
export function isEnglishWord(word: string): boolean {
  list ??= readFileSync(path);
  const wanted = Buffer.from(word);
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const start = middle === 0 ? 0 : list.lastIndexOf(newLine, middle - 1) + 1;
    const next = list.indexOf(newLine, start);
    const end = next === -1 ? list.length : next;
    const order = wanted.compare(list, start, end);
    if (order === 0) return true;
    if (order < 0) high = start;
    else low = end + 1;
  }
  return false;
}
