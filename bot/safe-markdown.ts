/** Text up to a length that is never a construct still being written; see `settledPart`. */
const longestConstruct = 400;

/**
 * Makes text that a model or a person wrote safe to send as Markdown: no images, no links, no link definitions that could
 * take over a citation's number, no HTML. What was said stays readable. Citations such as `[1]` stay as they are.
 */
export function safeMarkdown(text: string): string {
  const readable = unfoldLinks(text);
  return (
    readable
      // What the unfolding could not read can still be a link to a renderer: apart from each other the halves are plain text.
      .replace(/\](?=\()/g, '] ')
      .replace(/\](?=:)/g, '] ')
      .replace(/!(?=\[)/g, '! ')
      // `<` before a letter opens a tag or an autolink; before a space it is itself.
      .replace(/<(?=[a-z/!?])/gi, '< ')
      .replace(/\b(?:(?:https?|ftp|file|data|javascript|vbscript):\/*)+/gi, '')
      .replace(/\bwww\.(?=\S)/gi, '')
  );
}

/** `[text](address)` and `![text](address)` become their text; a line that defines a link's address goes. */
function unfoldLinks(text: string): string {
  let unfolded = text.replace(/^[ \t>*+-]*\[[^\]\n]{1,200}\]:[ \t]*\S.*$/gm, '');
  // Links stand inside links (a linked image); two rounds undo those, and anything deeper is broken apart afterwards.
  for (let round = 0; round < 2; round += 1) {
    unfolded = unfolded.replace(/!?\[([^[\]]{0,300})\]\((?:[^()\n]|\([^()\n]*\)){0,500}\)/g, '$1');
  }
  return unfolded;
}

/**
 * The part of a growing text that later words cannot change any more: whole words, and no link or definition that is still
 * being written.
 */
export function settledPart(text: string): string {
  let end = text.search(/\s\S*$/) + 1;
  const open = text.lastIndexOf('[', end);
  if (open >= 0 && end - open < longestConstruct && isUnfinished(text.slice(open, end))) {
    end = text[open - 1] === '!' ? open - 1 : open;
  }
  return text.slice(0, end).trimEnd();
}

function isUnfinished(fromBracket: string): boolean {
  const close = fromBracket.indexOf(']');
  if (close < 0) return true;
  const after = fromBracket.slice(close + 1);
  if (after.startsWith('(')) return !after.includes(')');
  return after.startsWith(':') && !after.includes('\n');
}

/** The same words without Markdown's marks, for channels that show them as they are. */
export function withoutMarkdown(text: string): string {
  return text
    .replace(/^#{1,6}[ \t]+/gm, '')
    .replace(/(\*\*|__)(?=\S)([^\n]*?\S)\1/g, '$2')
    .replace(/(?<![\w*])\*(?=[^\s*])([^*\n]*[^\s*])\*(?![\w*])/g, '$1')
    .replace(/`([^`\n]+)`/g, '$1');
}

/** Puts text into Markdown so that it means nothing but itself. */
export function escapeMarkdown(text: string): string {
  return text.replace(/[\\`*_{}[\]<>()#+\-.!|~&:]/g, (mark) => `\\${mark}`);
}
