const segmenter = new Intl.Segmenter('en', { granularity: 'sentence' });

/** Words after which a full stop does not end a sentence, though Unicode's rules say so. */
const abbreviations =
  /(?:\b(?:e\.g|i\.e|etc|vs|approx|cf|Dr|Mr|Ms|Mrs|St|No|Inc|Ltd|U\.S|U\.K|Ph\.D)\.)\s*$/;

/** Splits plain text into trimmed sentences; a line break always ends one. */
export function splitSentences(text: string): string[] {
  return text.split(/\n+/).flatMap(splitLine);
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
