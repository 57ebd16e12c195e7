/**
 * A text in pieces of at most this length, cut where a paragraph ends, else a line, else a word; a word longer than a piece
 * is cut inside, but never inside a character. Empty text has no pieces.
 */
export function splitText(text: string, maxLength: number): string[] {
  const pieces: string[] = [];
  let rest = text.trim();
  while (rest.length > maxLength) {
    const end = cutBefore(rest, maxLength);
    pieces.push(rest.slice(0, end).trimEnd());
    rest = rest.slice(end).trimStart();
  }
  return rest === '' ? pieces : [...pieces, rest];
}

/** The same for Markdown: a code block that is cut is closed in one piece and opened again in the next. */
export function splitMarkdown(markdown: string, maxLength: number): string[] {
  const fenceRoom = 40;
  let open = '';
  return splitText(markdown, maxLength - fenceRoom).map((piece) => {
    const before = open;
    open = fenceAfter(piece, before);
    return [before, piece, open === '' ? '' : '```'].filter((part) => part !== '').join('\n');
  });
}

/** Cutting earlier than this would make too many pieces out of a text with few breaks. */
const leastShare = 0.5;

function cutBefore(text: string, maxLength: number): number {
  const head = text.slice(0, maxLength + 1);
  for (const separator of ['\n\n', '\n', ' ']) {
    const end = head.lastIndexOf(separator);
    if (end >= maxLength * leastShare) return end;
  }
  const isInsideCharacter = /[\ud800-\udbff]/.test(text[maxLength - 1] ?? '');
  return isInsideCharacter ? maxLength - 1 : maxLength;
}

/** The opening line of the code block that is still open where the piece ends; empty where none is. */
function fenceAfter(piece: string, openBefore: string): string {
  let open = openBefore;
  for (const line of piece.split('\n')) {
    const fence = /^\s{0,3}```[^`]{0,30}$/.exec(line);
    if (fence) open = open === '' ? fence[0].trim() : '';
  }
  return open;
}
