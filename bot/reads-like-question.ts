import { bareWords } from './normalise-text.ts';

/** "Just did a bootcamp" is no question, "just tell me what to do" is one. */
const openers =
  /^((should|can|could|would|is|are|do|does|did|will|am i|and (for|if))|((just|please|ok|so|but|and|well|now|then) )*(what|whats|how|hows|why|when|where|wheres|who|which|tell me|explain|compare|difference between|recommend))\b/;

/**
 * Whether a message in the middle of something else is a question to the mentor. Short ones count as answers with a doubtful
 * tone ("ml engineer?"), and so does anything that does not begin or end like a question.
 */
export function readsLikeQuestion(text: string): boolean {
  const words = bareWords(text.slice(0, 290)).split(' ');
  const opens = openers.test(words.join(' '));
  const ends = /[?？؟]\s*$/u.test(text);
  if (opens && ends) return words.length >= 2;
  if (ends) return words.length >= 4;
  return opens && words.length >= 4;
}
