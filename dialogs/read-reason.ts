import { bareWords } from '#bot/normalise-text.ts';

const lost =
  /\b(laid off|lay ?offs?|lost my (job|work)|(got|was|been|being|just|am|im) (just )?(fired|sacked|let go|made redundant)|redundan(t|cy)|unemployed|jobless)\b/;

/** Whether somebody came since they have no work any more. */
export function lostWork(reason: string): boolean {
  return lost.test(bareWords(reason));
}

/** Whether somebody came with a question and wants nothing else. */
export function isJustAsking(reason: string): boolean {
  return /^(just )?(a |one |have a )?(quick )?question$/.test(bareWords(reason));
}
