import { readNumbers } from './read-numbers.ts';

const hoursInAWeek = 168;

/** The amount that stands before "hours", whatever else is counted. */
const hoursNamed =
  /(\d+(?:[.,]\d+)?(?:\s*(?:-|–|—|to|or)\s*\d+(?:[.,]\d+)?)?)\s*(?:h|hrs?|hours?)\b/;

/** In more words than this a number without any of these counts something else: "I have 3 kids". */
const mostWordsWithoutTime = 6;
const timeWords =
  /\d ?h\b|\b(h|hrs?|hours?|mins?|minutes?|days?|daily|weeks?|wek|weekly|weekends?|weekdays?|evenings?|nights?|mornings?|months?|monthly|full[ -]?time|part[ -]?time)\b/;

/**
 * Hours a week out of free text: "6h a wek", "5-10" (the middle), "an hour a day", "ten", "20 minutes daily", "full time".
 * `undefined` where there is no amount, or more than a week has.
 */
export function readHoursPerWeek(text: string): number | undefined {
  const words = text.toLowerCase();
  const isLong = (words.match(/\S+/g) ?? []).length > mostWordsWithoutTime;
  if (isLong && !timeWords.test(words)) return undefined;
  const amount = readAmount(hoursNamed.exec(words)?.[1] ?? words);
  if (amount === undefined) return undefined;
  const hours = /\b\d*\s?min(ute)?s?\b/.test(words) ? amount / 60 : amount;
  const perWeek = hours * timesAWeek(words);
  if (perWeek > hoursInAWeek) return undefined;
  // Half hours are as exact as anybody means it.
  return perWeek >= 10 ? Math.round(perWeek) : Math.round(perWeek * 2) / 2;
}

function readAmount(words: string): number | undefined {
  const [first, second] = readNumbers(words);
  if (first !== undefined) {
    const isRange = /\d\s*(-|–|—|to|or|bis|till|until)\s*\d|\p{L}\s+(to|or)\s+\p{L}/u.test(words);
    return isRange && second !== undefined ? (first + second) / 2 : first;
  }
  if (/\b(full[ -]?time|all day)\b/.test(words)) return 40;
  if (/\b(part[ -]?time)\b/.test(words)) return 20;
  if (/\b(an?|1) hours?\b/.test(words)) return 1;
  return /\b(none|nothing|no time)\b/.test(words) ? 0 : undefined;
}

function timesAWeek(words: string): number {
  if (/\b(week ?days?|work ?days?)\b/.test(words)) return 5;
  if (/\b(each|every|per|a|\/) ?(day|night|evening|morning)\b|\bdaily\b|\/ ?d(ay)?\b/.test(words))
    return 7;
  if (/\bweek ?ends?\b/.test(words) && /\b(each|per|a) day\b/.test(words)) return 2;
  return /\b(per|a|each|\/) ?month\b|\bmonthly\b/.test(words) ? 12 / 52 : 1;
}
