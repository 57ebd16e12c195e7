import { rememberByText } from '#language/remember-by-text.ts';
import { wordsOf } from '#language/words.ts';
import rules from './conversation-moves.json' with { type: 'json' };

/** What a message does in a conversation where it asks nothing new of the articles. */
export type Move =
  | 'insult'
  | 'objection'
  | 'no-help'
  | 'doubt'
  | 'shorter'
  | 'simpler'
  | 'unclear'
  | 'repeat'
  | 'reason'
  | 'more'
  | 'act'
  | 'is-it-human'
  | 'person'
  | 'complaint'
  | 'maker'
  | 'capabilities'
  | 'goodbye'
  | 'thanks'
  | 'yes'
  | 'not-now'
  | 'amused'
  | 'hesitant'
  | 'agreed'
  | 'greeting'
  | 'apology';

/** Longest message that is looked at: what is longer says more than a move. */
const longestMove = 120;

/** Common ways to write a word, as the phrases spell it. */
const shorthand: Readonly<Record<string, string>> = { u: 'you', ur: 'your', r: 'are', wat: 'what' };

/** In the order of what counts most where a message does several things ("lol ok, but that's wrong"). */
const phrases = rules.flatMap(({ move, phrases: patterns }, rank) =>
  patterns.map((pattern) => ({
    move: move as Move | 'filler',
    rank,
    pattern: new RegExp(`^(?:${pattern})$`),
    beginning: new RegExp(`^(?:${pattern})(?= |$)`),
  })),
);

/** Hardly any question begins with one of them. */
const anyPhrase = new RegExp(
  `^(?:${rules.flatMap(({ phrases: patterns }) => patterns).join('|')})(?= |$)`,
);

/** What follows an objection and asks something: then that is the question. */
const asksOn =
  /^(what|how|why|where|when|who|whom|whose|which|can|could|should|do|does|did|is|are|tell|explain|show|give|(i|we|what i) (meant|mean|want|wanted|need|asked|was))\b/;

/**
 * The move that a message makes, where all of it is made of such phrases: "ok thanks, bye" says goodbye. An objection may
 * give its reason in any words ("you are wrong, nobody uses that any more"). `undefined` where a message says anything else,
 * so that no question is ever taken for one.
 */
export function readMove(text: string): Move | undefined {
  return text.length > longestMove ? undefined : moveOf(text);
}

/** What was said before is read again with every question that follows it. */
const moveOf = rememberByText(
  (text): Move | undefined => {
    let rest = wordsOf(text).map((word) => shorthand[word] ?? word);
    let best: { readonly move: Move; readonly rank: number } | undefined;
    let saidWords = 0;
    while (rest.length > 0) {
      const found = longestPhrase(rest);
      if (found === undefined) {
        const givesReason = saidWords > 1 && !text.includes('?') && !asksOn.test(rest.join(' '));
        return best?.move === 'objection' && givesReason ? best.move : undefined;
      }
      saidWords += found.length;
      const { move, rank, length } = found;
      if (move !== 'filler' && (best === undefined || rank < best.rank)) best = { move, rank };
      rest = rest.slice(length);
    }
    return best?.move;
  },
  { most: 2_000 },
);

/** The longest phrase that the words begin with; of several the one that counts most. */
function longestPhrase(words: readonly string[]) {
  const whole = words.join(' ');
  if (!anyPhrase.test(whole)) return undefined;
  const possible = phrases.filter(({ beginning }) => beginning.test(whole));
  for (let length = words.length; length > 0; length -= 1) {
    const text = words.slice(0, length).join(' ');
    const found = possible.find(({ pattern }) => pattern.test(text));
    if (found !== undefined) return { ...found, length };
  }
  return undefined;
}
