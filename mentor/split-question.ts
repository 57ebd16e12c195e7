import { isStopWord, wordsOf } from '#language/words.ts';

/** More are a list of wishes: the whole of it is looked for at once. */
const mostQuestions = 3;

/** What a question begins with: behind "and", one of these begins another question. */
const opener =
  "(?:how (?:do|does|can|should|much|many|long|hard|is|are|to)|what(?:'s| is| are| does| do| should| would| kind| skills)?|which|where (?:do|can|should)|when (?:do|should)|why (?:do|does|is|are)|who|do i|does it|is it|are there|is there|can i|should i|will i)";
const secondQuestion = new RegExp(
  `(?:,? (?:and|also|plus|and also|and then)|[;/]|[.!]) +(?=${opener}\\b)`,
  'iu',
);

/**
 * The questions of a message that asks more than one, each in its own words; the message itself where it asks one, or so
 * many that they are better looked for together.
 */
export function splitQuestion(text: string): readonly string[] {
  const questions = text
    .split(/(?<=\?)\s+(?=\S)|\n+/)
    .flatMap((piece) => piece.split(secondQuestion))
    .map((piece) => piece.trim().replace(/^(and|also|plus|then)[ ,]+/i, ''))
    .filter((piece) => piece !== '');
  const isEachOfItsOwn = questions.every((question) => hasTopic(question) && isAsked(question));
  return questions.length > 1 && questions.length <= mostQuestions && isEachOfItsOwn
    ? questions
    : [text];
}

function hasTopic(question: string): boolean {
  return wordsOf(question).some((word) => !isStopWord(word));
}

/** Whether a sentence asks. A remark before the question ("I am a nurse. How do I start?") belongs to it. */
export function isAsked(question: string): boolean {
  return question.endsWith('?') || new RegExp(`^${opener}\\b`, 'i').test(question);
}
