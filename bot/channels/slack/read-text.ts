/**
 * What a person wrote, as plain words: Slack's escapes undone, links and mentions as people read them, and the bot's own
 * mention taken out.
 */
export function readSlackText(text: string, botUserId: string | undefined): string {
  return text
    .replace(/<([^<>\n]{1,3000})>/g, (_whole, inside: string) => readToken(inside, botUserId))
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
    .trim();
}

/** Whether the text mentions this person or bot. */
export function mentions(text: string, userId: string): boolean {
  return text.includes(`<@${userId}>`) || text.includes(`<@${userId}|`);
}

/** Whether the text mentions anybody. */
export function mentionsAnybody(text: string): boolean {
  return /<@[UW][A-Z0-9]+[|>]/.test(text);
}

function readToken(inside: string, botUserId: string | undefined): string {
  const [target = '', label = ''] = splitOnce(inside, '|');
  const name = target.slice(1);
  switch (target[0]) {
    case '@':
      // People's ids mean nothing to a reader, and their names are not ours to look up.
      return name === botUserId ? '' : `@${label || 'someone'}`;
    case '#':
      return `#${label || 'channel'}`;
    case '!':
      return label || `@${name.split('^')[0]}`;
    default: {
      const address = target.replace(/^mailto:/, '');
      return label === '' || label === address ? address : `${label} (${address})`;
    }
  }
}

function splitOnce(text: string, separator: string): string[] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}
