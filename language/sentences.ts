/** Made with the first text: its rules take a moment to read, and a start needs none. */
let segmenter: Intl.Segmenter | undefined;

/** Words after which a full stop does not end a sentence, though Unicode's rules say so. */
const abbreviations =
  /\b(?:e\.g|i\.e|etc|vs|approx|cf|Dr|Mr|Ms|Mrs|St|No|Inc|Ltd|U\.S|U\.K|Ph\.D)\.$/;
/** Longer than any of them, with what stands before it. */
const longestAbbreviation = 10;

/** Splits plain text into trimmed sentences; a line break always ends one. */
export function splitSentences(text: string): string[] {
  return text.split(/\n+/).flatMap(splitLine);
}

/**
 * Whether a sentence as a whole asks something, as a heading of a list of questions does. What tells somebody to ask, or
 * quotes what is asked ("Ask the team: what breaks most?"), states something.
 */
export function isQuestion(sentence: string): boolean {
  const asked = sentence.trim().replace(/^(?:q(?:uestion)?(?: ?\d+)?|\d+|[-*•])[.:)]? +/i, '');
  return /[?？؟][)\]*_]*$/.test(asked) && !/[:“"«„‘]/.test(asked.slice(1));
}

function splitLine(line: string): string[] {
  segmenter ??= new Intl.Segmenter('en', { granularity: 'sentence' });
  const sentences: string[] = [];
  let open = '';
  for (const { segment } of segmenter.segment(line)) {
    open += segment;
    if (abbreviations.test(open.trimEnd().slice(-longestAbbreviation))) continue;
    if (open.trim() !== '') sentences.push(open.trim());
    open = '';
  }
  if (open.trim() !== '') sentences.push(open.trim());
  return sentences;
}
