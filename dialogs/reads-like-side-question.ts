import { bareWords } from '#bot/normalise-text.ts';
import { readsLikeQuestion } from '#bot/reads-like-question.ts';

/** Longer than this, in words, it is an answer, whatever it begins or ends with. */
const longestQuestion = 25;
const longestWithoutMark = 16;
/** From this many words on, several questions are what somebody would ask in the interview. */
const wordsOfSeveral = 8;

const inverted =
  /^((and |but |ok |wait )?(what|how|why|when|where|who|which) (is|are|was|were|do|does|did|can|could|should|would|will|to|much|many|long|kind|about|if)|whats|hows|wheres|(can|could|would|will) you|(should|do|am|can|could|must|may) i|(is|are) (it|there|this|that|these|you)|tell me|explain (to me|what|how|why|the difference)|difference between)\b/;
/** What is asked of the mentor, also where the answer itself may be made of questions. */
const askedOfMentor =
  /^((and |but |ok |wait )?what (is|are|does|do you mean)|whats|(can|could|would|will) you|tell me|explain|how (do|should|can) i|why do you)\b/;

/** What somebody tells of themselves, though it may end in doubt: "I would cache it, right?" */
const statement =
  /^(i|id|ill|we|wed|my|our|because|first|then|so|maybe|probably)\b(?!.*\b(you|mean)\b)/;

/**
 * Whether words, in the middle of answering a question of an interview, are a question to the mentor. Told in one's own words
 * an answer may begin like one ("When I joined ...", "What I did ...") or end like one ("..., right?"); and where the
 * interviewer wants to hear questions (`expectsQuestions`), questions are the answer.
 */
export function readsLikeSideQuestion(
  text: string,
  { expectsQuestions = false }: { readonly expectsQuestions?: boolean } = {},
): boolean {
  if (!readsLikeQuestion(text)) return false;
  const words = bareWords(text);
  const count = words.split(' ').length;
  if (words === '' || count > longestQuestion || statement.test(words)) return false;
  if (expectsQuestions) return askedOfMentor.test(words);
  const marks = text.match(/[?？؟]/gu)?.length ?? 0;
  if (marks === 0) return count <= longestWithoutMark && inverted.test(words);
  return marks === 1 || count < wordsOfSeveral;
}
