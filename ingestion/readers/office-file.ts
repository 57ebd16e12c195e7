import { type Entry, fromBufferPromise } from 'yauzl';
import { UnreadableDocument } from './reader.ts';

/** Far more than documents of people have; what is beyond was packed to exhaust whoever unpacks it. */
const maxUnpackedBytes = 100_000_000;
/** The text itself, which stands in memory as a tree. */
const maxXmlBytes = 30_000_000;
const maxEntries = 10_000;

/**
 * Unpacks every part of an Office file once without keeping it, so that one which grows beyond any document is refused
 * before a parser opens it, whatever sizes it declares. Gives the text of the wanted parts.
 */
export async function checkOfficeFile(
  bytes: Uint8Array,
  wanted: readonly string[],
): Promise<{ readonly parts: ReadonlyMap<string, string> }> {
  const parts = new Map<string, string>();
  const budget = createBudget();
  try {
    const file = await fromBufferPromise(
      Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length),
      { lazyEntries: true },
    );
    if (file.entryCount > maxEntries) throw tooLarge();
    for await (const entry of file.eachEntry()) {
      const count = budget.begin(entry);
      const chunks: Buffer[] = [];
      for await (const chunk of await file.openReadStreamPromise(entry)) {
        count((chunk as Buffer).length);
        if (wanted.includes(entry.fileName)) chunks.push(chunk as Buffer);
      }
      if (wanted.includes(entry.fileName))
        parts.set(entry.fileName, Buffer.concat(chunks).toString('utf8'));
    }
  } catch (error) {
    if (error instanceof UnreadableDocument) throw error;
    throw new UnreadableDocument('is damaged; open it in Word and save it anew', { cause: error });
  }
  return { parts };
}

/** Counts what is declared before unpacking, and what really comes while unpacking. */
function createBudget() {
  let unpacked = 0;
  let xml = 0;
  return {
    begin(entry: Entry): (length: number) => void {
      if (entry.isEncrypted())
        throw new UnreadableDocument('is locked with a password; save it without one');
      const isXml = /\.(?:xml|rels)$/i.test(entry.fileName);
      if (unpacked + entry.uncompressedSize > maxUnpackedBytes) throw tooLarge();
      if (isXml && xml + entry.uncompressedSize > maxXmlBytes) throw tooLarge();
      return (length) => {
        unpacked += length;
        if (isXml) xml += length;
        if (unpacked > maxUnpackedBytes || xml > maxXmlBytes) throw tooLarge();
      };
    },
  };
}

function tooLarge(): UnreadableDocument {
  return new UnreadableDocument(
    `unpacks to more than ${maxUnpackedBytes / 1_000_000} MB, or ${maxXmlBytes / 1_000_000} MB of text; split it, or remove it if it is not yours`,
  );
}
