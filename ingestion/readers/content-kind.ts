/** What a file holds by its first bytes: `old-office` is what Word wrote before .docx, and around locked documents. */
export type ContentKind = 'text' | 'pdf' | 'zip' | 'old-office' | 'binary';

/** Looks at a file's first bytes, whatever its name says. */
export function contentKindOf(bytes: Uint8Array): ContentKind {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 8_192));
  if (startsWith(head, [0x50, 0x4b, 0x03, 0x04]) || startsWith(head, [0x50, 0x4b, 0x05, 0x06]))
    return 'zip';
  if (startsWith(head, [0xd0, 0xcf, 0x11, 0xe0])) return 'old-office';
  /** Readers of PDF accept anything before the header within the first kilobyte. */
  const header = head.subarray(0, 1_024).indexOf('%PDF-');
  if (header === 0 || (header > 0 && looksBinary(head))) return 'pdf';
  return looksBinary(head) ? 'binary' : 'text';
}

function looksBinary(head: Buffer): boolean {
  if (startsWith(head, [0xff, 0xfe]) || startsWith(head, [0xfe, 0xff])) return false;
  const control = head.filter((byte) => byte < 9 || (byte > 13 && byte < 32 && byte !== 27)).length;
  return head.includes(0) || control > head.length / 100;
}

function startsWith(head: Buffer, bytes: readonly number[]): boolean {
  return bytes.every((byte, position) => head[position] === byte);
}
