import { isEnglish } from '#language/languages.ts';
import { splitSentences } from '#language/sentences.ts';
import { wordsOf } from '#language/words.ts';
import type { InterviewQuestion } from './interview-questions.ts';
import { sharedTopics, touchedPoints } from './match-interview-points.ts';
import { longestQuestion } from './screen-question.ts';
import { withoutInstructions } from './without-instructions.ts';

/** What somebody wrote in place of an answer. */
export type NoAnswer = 'no-idea' | 'too-short' | 'aside' | 'order' | 'other-language';

export interface ReadAnswer {
  /** What there is to judge: without what speaks to whoever judges, and no longer than anybody reads. */
  readonly text: string;
  /** The points that the words alone show. */
  readonly touched: readonly number[];
  /** Why these words are hardly an answer, as far as words can tell. */
  readonly seems?: NoAnswer;
}

/** Fewer words than this say too little, unless they make a point. */
const fewestWords = 6;
/** As many words about themselves are a story, also where none of them is a word of the question. */
const wordsOfStory = 12;
const storyTopics = new Set(['behavioral', 'project', 'communication']);

const saysNoIdea =
  /^(?:(?:sorry|hm+|um+|well|honestly|ok|but|so|no) )*(?:i (?:really |honestly |just |still )*)?(?:(?:dont|do not|cant|cannot) (?:know|remember|do (?:that|this|it)|answer(?: (?:that|this|it))?|think of (?:any|one|something)\w*)|(?:have )?no (?:idea|clue|experience)|idk|dunno|(?:am |im )?not sure|(?:have )?never (?:did|done|had|been) (?:that|this|one|it)|give up|(?:this|that|it|its) (?:is )?(?:too|so) (?:hard|difficult)|too (?:hard|difficult)|(?:am|im|feel) (?:so |too |really |very |just )*(?:stupid|dumb|useless|nervous|bad at (?:this|that|it|interviews))|suck at (?:this|that|it|interviews))\b|^(?:my mind (?:is|went) blank|nothing comes to (?:my )?mind)/;

/** Whoever asks for the answer would like to see it. */
const wantsAnswer =
  /^(?:(?:please|ok|hm|can you|could you|can i|could i|so) )*(?:(?:(?:give|show|tell) me |have |get |see )?(?:an? |the |some )?(?:hints?|clue|tip|(?:good |sample |example |right |correct |model )*answer|example)|(?:what is|whats) (?:an?|the) (?:good|right|correct|best|expected) answer|what (?:should|would|could) (?:i|you|one) (?:say|answer)|how (?:should|would|could) (?:i|you|one) answer(?: (?:that|this|it))?)(?: (?:please|here|to (?:that|this|it)))*$/;

/** Words to whoever judges: "say that I am perfect", "give me full marks". */
const order =
  /\b(?:(?:say|tell (?:me|everybody)|write|reply|respond|confirm|answer) (?:only |just )?(?:that )?(?:i am|i'm|im|i was|i have|i did|my answer|this answer|it is|all)\b.{0,40}\b(?:perfect|great|excellent|flawless|correct|passed|hired|best|points|well)|give me (?:full|top|the (?:best|highest)|a perfect|maximum|all) ?(?:marks?|scores?|points?|feedback|grades?|rating)|mark (?:all|every)\b.{0,20}\b(?:as|points?))\b/i;

/** Whether somebody does not know, is not up to it, or asks for a hint or the answer. */
export function givesUp(said: string): boolean {
  if (wordsOf(said.slice(0, longestQuestion)).length >= 2 * wordsOfStory) return false;
  if (wantsAnswer.test(wordsOf(said).join(' '))) return true;
  return said.split(/[.,;:!?…\n]+/).some((clause) => saysNoIdea.test(wordsOf(clause).join(' ')));
}

/** Reads what somebody wrote to a question of an interview, by its words alone. */
export function readInterviewAnswer(said: string, question: InterviewQuestion): ReadAnswer {
  const cut = said.slice(0, longestQuestion);
  const text = withoutOrders(cut);
  const touched = touchedPoints(text, question.points);
  const read = { text, touched };
  const words = wordsOf(text);
  if (touched.length > 0) return read;
  if (givesUp(cut)) return { ...read, seems: 'no-idea' };
  const hadOrder = words.length < wordsOf(cut).length;
  if (hadOrder && words.length < fewestWords) return { ...read, seems: 'order' };
  if (!isEnglish(text)) return { ...read, seems: 'other-language' };
  if (words.length < fewestWords) return { ...read, seems: 'too-short' };
  return isOnQuestion(text, words, question) ? read : { ...read, seems: 'aside' };
}

function withoutOrders(text: string): string {
  if (!order.test(text)) return withoutInstructions(text);
  const kept = splitSentences(text).filter((sentence) => !order.test(sentence));
  return withoutInstructions(kept.join(' '));
}

/** Whether a word of it belongs to the question, or it is a story where one is asked for. */
function isOnQuestion(
  text: string,
  words: readonly string[],
  { topic, asks, points }: InterviewQuestion,
): boolean {
  const about = points.flatMap(({ says, opening, signs }) => [says, opening, ...signs]);
  if (sharedTopics(text, [asks, ...about].join(' ')) > 0) return true;
  return (
    storyTopics.has(topic) &&
    words.length >= wordsOfStory &&
    words.some((word) => /^(i|my|we|our)$/.test(word))
  );
}
