import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib';

/** A value as it lies in an item of Cosmos DB: as it is, or, where it is large, compressed. */
export type StoredValue<Value> =
  | { readonly value: Value; readonly packed?: never }
  | { readonly packed: string; readonly value?: never };

/** An item may have 2 MB, and a batch as much in all; from here on a value is compressed. */
const packFromLength = 256 * 1_024;

/**
 * Prepares a value for an item. A large one is packed, so that it fits, and so is one with half a surrogate pair, which is
 * valid JSON but not valid Unicode. Throws what `JSON.stringify` throws.
 */
export function storeValue<Value>(value: Value): StoredValue<Value> {
  const json = JSON.stringify(value);
  if (json.length < packFromLength && !/\\ud[89a-f]/i.test(json)) return { value };
  const compressed = brotliCompressSync(json, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 5 },
  });
  return { packed: compressed.toString('base64') };
}

/** The value that was stored. */
export function readValue<Value>(stored: StoredValue<Value>): Value {
  if (stored.packed === undefined) return stored.value;
  return JSON.parse(brotliDecompressSync(Buffer.from(stored.packed, 'base64')).toString());
}
