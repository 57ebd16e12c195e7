import { readMove } from './read-move.ts';

/** Talk that people put before a question, whatever follows it. */
const openings = new Set<string | undefined>(['greeting', 'thanks', 'amused']);
/** ... and where a mark ends it: "ok," "hmm." */
const markedOpenings = new Set<string | undefined>([...openings, 'agreed', 'hesitant', 'not-now']);
const mostWords = 4;
/** "In english please:" asks for no topic. */
const language = /^(in|auf|en) (english|englisch|inglés|anglais)( please| pls| plz)?[:,.]? +/i;

/**
 * A question without the talk before it: "ok thanks, what is RAG?" asks what "what is RAG?" asks. A message that is nothing
 * else stays whole.
 */
export function withoutTalk(text: string): string {
  if (readMove(text) !== undefined) return text;
  const clause = /^([^,.:;!?\n]{1,40})[,.:;!]+\s+(?=\S)/.exec(text);
  if (clause !== null && markedOpenings.has(readMove(clause[1] ?? '')))
    return withoutTalk(text.slice(clause[0].length));
  const plain = text.replace(language, '');
  if (plain !== '' && plain !== text) return withoutTalk(plain);
  const words = text.split(/\s+/);
  for (let count = Math.min(mostWords, words.length - 2); count > 0; count -= 1)
    if (openings.has(readMove(words.slice(0, count).join(' '))))
      return words.slice(count).join(' ');
  return text;
}
