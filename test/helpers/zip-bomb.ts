/** Makes a zip archive declare that each of its parts has this many bytes unpacked, whatever they really have. */
export function declareSizes(archive: Buffer, uncompressedBytes: number): Buffer {
  const changed = Buffer.from(archive);
  /** Central directory headers, and the local header that each points to (APPNOTE.TXT 4.3.7 and 4.3.12). */
  for (
    let at = changed.indexOf('PK\x01\x02');
    at >= 0;
    at = changed.indexOf('PK\x01\x02', at + 4)
  ) {
    changed.writeUInt32LE(uncompressedBytes, at + 24);
    changed.writeUInt32LE(uncompressedBytes, changed.readUInt32LE(at + 42) + 22);
  }
  return changed;
}
