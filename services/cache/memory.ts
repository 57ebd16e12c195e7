import { packValue, unpackValue } from './packed-value.ts';
import type { Cache } from './port.ts';

export interface MemoryCacheOptions {
  /** What all keys and values may take together; the least recently used go first. 32 MiB where nothing is said. */
  readonly maxBytes?: number;
  /** Milliseconds on a clock that never goes back. */
  readonly nowMs?: () => number;
}

interface Entry {
  readonly packed: Buffer;
  readonly bytes: number;
  readonly expiresAtMs: number;
}

/** What an entry takes beside its text: the objects around it. */
const bytesPerEntry = 200;

/** A cache in the program's own memory, compressed and bounded; every process has its own. */
export function createMemoryCache(options: MemoryCacheOptions = {}): Cache {
  const { maxBytes = 32 * 1024 * 1024, nowMs = () => performance.now() } = options;
  /** A Map keeps the order of insertion: the first entry is the one that was not used for longest. */
  const entries = new Map<string, Entry>();
  let usedBytes = 0;
  const remove = (key: string): Entry | undefined => {
    const entry = entries.get(key);
    if (entry === undefined) return undefined;
    entries.delete(key);
    usedBytes -= entry.bytes;
    return entry;
  };
  const add = (key: string, entry: Entry): void => {
    entries.set(key, entry);
    usedBytes += entry.bytes;
  };
  return {
    async get(key) {
      const entry = remove(key);
      if (entry === undefined || entry.expiresAtMs <= nowMs()) return undefined;
      add(key, entry);
      return unpackValue(entry.packed);
    },
    async set(key, value, { ttlSeconds }) {
      remove(key);
      const packed = packValue(value);
      const bytes = packed.length + 2 * key.length + bytesPerEntry;
      if (bytes > maxBytes || ttlSeconds <= 0) return;
      add(key, { packed, bytes, expiresAtMs: nowMs() + ttlSeconds * 1_000 });
      for (const oldest of entries.keys()) {
        if (usedBytes <= maxBytes) break;
        remove(oldest);
      }
    },
    async delete(key) {
      remove(key);
    },
    async deletePrefix(prefix) {
      for (const key of entries.keys()) if (key.startsWith(prefix)) remove(key);
    },
    async close() {
      entries.clear();
      usedBytes = 0;
    },
  };
}
