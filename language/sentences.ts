const segmenter = new Intl.Segmenter('en', { granularity: 'sentence' });

/** Words after which a full stop does not end a sentence, though Unicode's rules say so. */
const abbreviations =
  /(?:\b(?:e\.g|i\.e|etc|vs|approx|cf|Dr|Mr|Ms|Mrs|St|No|Inc|Ltd|U\.S|U\.K|Ph\.D)\.)\s*$/;

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
  const sentences: string[] = [];
  let open = '';
  for (const { segment } of segmenter.segment(line)) {
    open += segment;
    if (abbreviations.test(open)) continue;
    if (open.trim() !== '') sentences.push(open.trim());
    open = '';
  }
  if (open.trim() !== '') sentences.push(open.trim());
  return sentences;
}
