import { wordsOf } from '#language/words.ts';

/** What a question wants to know of its topic. */
export type QuestionKind =
  | 'duration'
  | 'pay'
  | 'comparison'
  | 'becoming'
  | 'learning'
  | 'duties'
  | 'objection'
  | 'definition';

/** Not what pays off, nor attention that is paid. */
const payWords =
  /\b((pa(y|ys|id|ying)|earn(s|ed|ing)?)(?! (off|attention|for|back|with))|salar(y|ies)|wages?|compensation)\b/i;

const becoming =
  /\b(become|becoming)\b|\b((get|break|go)(t?ing)? into|(mov|switch|transition)(e|ing)? (in)?to)\b/;

/** How people, and the headings of articles, ask for each; the first that fits counts. Written for `wordsOf`, joined. */
const patterns: readonly (readonly [QuestionKind, RegExp])[] = [
  [
    'duration',
    /\bhow (long|soon|fast|quickly)\b|\bhow (many|much) (time|days|weeks|months|years)\b/,
  ],
  ['pay', payWords],
  ['comparison', /\b(differen(t|ce|ces)|differs?|versus|vs|compared?)\b/],
  ['objection', /\bnot (to )?use\b|\b(wrong|bad) (choice|idea)\b|\bwhen not\b/],
  ['becoming', becoming],
  ['learning', /\bhow (do|can|should|would|to) ?(i|you|one)? (learn|start|study)\b|\border\b/],
  ['duties', /\bwhat (does|do) .*\bdo\b|\b(day to day|all day|daily|a typical day)\b/],
  ['definition', /^(what is|whats|what are|define|explain|meaning of)( \S+){1,4}$/],
];

/**
 * The kind of a question, where its wording tells. These words carry no topic, so the index does not look for them, although
 * "what does an ML engineer do" and "how do I become an ML engineer" want different passages.
 */
export function kindOf(question: string): QuestionKind | undefined {
  const words = wordsOf(question).slice(0, 40).join(' ');
  return patterns.find(([, pattern]) => pattern.test(words))?.[0];
}

const towards = new RegExp(`${becoming.source}|\\bfrom\\b.+\\bto\\b`);

/** What somebody wants to become, in the words behind "become" or "from ... to"; nothing where nobody wants to become anything. */
export function goalOf(question: string): string | undefined {
  const words = wordsOf(question).join(' ');
  const found = towards.exec(words);
  return found === null ? undefined : words.slice(found.index + found[0].length).trim();
}

/** A span of time, in digits or in words; the "ten-year projection" of something else is none. */
const timeSpan =
  /(\d|\b(two|three|four|five|six|eight|nine|ten|twelve|few|several|many)\b)[- ]*(of |or \w+ |to \w+ )?(more )?(hours|days|weeks|months|years)\b|\b(an?|one) (hour|day|week|month|year)\b/i;

const money = /[$€£₹]|\b(dollars?|euros?)\b/i;

/** Whether a text can answer a question of this kind, as far as that can be told: "how long" wants a span of time, "who earns more" money. */
export function canAnswer(kind: QuestionKind | undefined, text: string): boolean {
  if (kind === 'duration') return timeSpan.test(text);
  return kind !== 'pay' || payWords.test(text) || money.test(text);
}
