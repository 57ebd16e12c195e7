import { UnreadableDocument } from './reader.ts';

/**
 * The text of a file: by its byte order mark, else as UTF-8, else in the encoding it names itself, else as Windows wrote
 * it in Western Europe, of which Latin-1 is a part.
 */
export function decodeText(bytes: Uint8Array, namedEncoding?: string): string {
  const text = decode(bytes, namedEncoding);
  if (text.includes('\0'))
    throw new UnreadableDocument(
      'holds something else than text, or text without a byte order mark; save it in UTF-8',
    );
  return text;
}

function decode(bytes: Uint8Array, namedEncoding: string | undefined): string {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return strictly('utf-16le', bytes);
  if (first === 0xfe && second === 0xff) return strictly('utf-16be', bytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return strictly(namedEncoding ?? 'windows-1252', bytes);
  }
}

function strictly(encoding: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch (error) {
    throw new UnreadableDocument(
      `is not the text in ${encoding} that it says it is; save it in UTF-8`,
      { cause: error },
    );
  }
}
