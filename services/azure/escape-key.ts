import { createHash } from 'node:crypto';

/** Cosmos DB takes ids of 1,023 bytes, Blob storage names of 1,024 characters that hold three of these. */
const maxLength = 255;
const readableLength = 100;

/**
 * Writes any text with ASCII letters, digits, `-`, `_` and `~` only, so that it can stand in a Cosmos DB id or in a blob's
 * name. Different texts stay different; what is too long, or no Unicode, ends in a hash of itself.
 */
export function escapeKey(text: string): string {
  const escaped = text.isWellFormed() ? toAscii(text) : '';
  if (text.isWellFormed() && escaped.length <= maxLength) return escaped;
  const hash = createHash('sha256').update(Buffer.from(text, 'utf16le')).digest('hex');
  // An escape is `~` and two digits, so nothing else holds `~~`.
  return `${escaped.slice(0, readableLength)}~~${hash}`;
}

/** The text that `escapeKey` was given, or `undefined` where only its hash is left. */
export function unescapeKey(escaped: string): string | undefined {
  return escaped.includes('~~') ? undefined : decodeURIComponent(escaped.replaceAll('~', '%'));
}

function toAscii(text: string): string {
  return encodeURIComponent(text)
    .replaceAll(/[.!~*'()]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%', '~');
}
