import type { StoreItems } from 'botbuilder';
import type { Cache } from '#services/cache/port.ts';
import { isAway, type Outbox } from '#services/outbox/outbox.ts';
import { eTagConflict, eTagOf, isConditional } from './e-tags.ts';
import type { BotStateStorage } from './port.ts';

export interface BotStateOutboxOptions {
  readonly outbox: Outbox;
  /** Holds what was read and written last, for reading while the storage is away. */
  readonly lastKnown: Cache;
}

/** No conversation goes on for longer without its state being read again. */
const knownForSeconds = 24 * 3_600;
/** Marks eTags that no storage gave: those of items that wait, and of items whose eTag is not known. */
const ownETag = 'waiting:';
const unknownETag = `${ownETag}unknown`;

/**
 * Keeps state that cannot be written while the storage is away, and writes it once that is back; the newest of an item
 * holds. Meanwhile it is read as it waits or as this process knew it last; what it does not know rejects. A write under an
 * eTag never waits, unless the eTag is that of an item which does.
 */
export function withBotStateOutbox(
  storage: BotStateStorage,
  { outbox, lastKnown }: BotStateOutboxOptions,
): BotStateStorage {
  const line = outbox.line<{ readonly key: string; readonly item: object }, void>({
    store: 'bot-state',
    perform: ({ key, item }) => storage.write({ [key]: item }),
  });
  const newest = (key: string) => line.waiting(key).at(-1);
  const remember = (key: string, item: object | null) =>
    lastKnown.set(key, JSON.stringify(item), { ttlSeconds: knownForSeconds });

  const readWhileAway = async (keys: readonly string[], cause: unknown): Promise<StoreItems> => {
    const items: StoreItems = {};
    for (const key of keys) {
      const known = await lastKnown.get(key);
      if (known === undefined) throw cause;
      const item: unknown = JSON.parse(known.toString());
      if (item !== null) items[key] = item;
    }
    return items;
  };
  const readStored = async (keys: string[]): Promise<StoreItems> => {
    try {
      const items = await storage.read(keys);
      await Promise.all(keys.map((key) => remember(key, items[key] ?? null)));
      return items;
    } catch (error) {
      if (!isAway(error)) throw error;
      return await readWhileAway(keys, error);
    }
  };
  const keepAll = (changes: StoreItems, cause: unknown): void => {
    for (const [key, item] of Object.entries(changes))
      line.keep(key, { key, item: withETag(item, '*') }, { cause });
  };

  /** The eTag of an item that waits, or waited, is for this storage to compare. */
  const requireOwnETags = (changes: StoreItems): void => {
    for (const [key, item] of Object.entries(changes)) {
      const entry = newest(key);
      const isOurs = entry !== undefined || eTagOf(item)?.startsWith(ownETag) === true;
      if (!(isOurs && isConditional(item))) continue;
      if (entry === undefined || eTagOf(item) !== `${ownETag}${entry.number}`)
        throw eTagConflict(key);
    }
  };

  return {
    async read(keys) {
      // The storage says what it says of a forgotten argument.
      if (!keys) return await storage.read(keys);
      await Promise.all(keys.map((key) => line.catchUp(key)));
      const late = keys.flatMap((key) => {
        const entry = newest(key);
        if (entry === undefined) return [];
        return [[key, withETag(entry.write.item, `${ownETag}${entry.number}`)] as const];
      });
      const isLate = new Set(late.map(([key]) => key));
      const rest = keys.filter((key) => !isLate.has(key));
      const stored = rest.length > 0 ? await readStored(rest) : {};
      return { ...stored, ...Object.fromEntries(late) };
    },
    async write(changes) {
      if (!changes) return await storage.write(changes);
      const keys = Object.keys(changes);
      await Promise.all(keys.map((key) => line.catchUp(key)));
      requireOwnETags(changes);
      if (keys.some((key) => newest(key) !== undefined)) {
        keepAll(changes, undefined);
        return;
      }
      try {
        await storage.write(changes);
      } catch (error) {
        if (!isAway(error) || Object.values(changes).some(isConditional)) throw error;
        keepAll(changes, error);
      }
      await Promise.all(
        Object.entries(changes).map(([key, item]) => remember(key, withETag(item, unknownETag))),
      );
    },
    async delete(keys) {
      if (!keys) return await storage.delete(keys);
      await Promise.all(keys.map((key) => line.forget(key)));
      await Promise.all(keys.map((key) => lastKnown.delete(key)));
      await storage.delete(keys);
    },
  };
}

function withETag(item: object, eTag: string): object {
  return { ...item, eTag };
}
