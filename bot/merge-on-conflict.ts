import { isDeepStrictEqual } from 'node:util';
import type { Storage, StoreItems } from 'botbuilder';
import { MentorError } from '#errors.ts';

export interface MergingStorage extends Storage {
  /** Whether an item that was read here says something else by now. */
  hasChanged(item: object): boolean;
}

type Item = Readonly<Record<string, unknown>>;

interface Known {
  /** Absent: nobody knows which one is stored. */
  readonly eTag?: string | undefined;
  readonly base: Item;
}

interface Draft extends Known {
  readonly mine: Item;
  readonly eTag: string;
}

const attempts = 5;

/**
 * Bot Framework writes a state over whatever is stored. Here what it read is remembered: where somebody else wrote meanwhile,
 * what this turn changed is put into what they left, and nothing of either is lost. Where the storage cannot compare just
 * now, it is written all the same: a storage that is away keeps it for later.
 */
export function mergeOnConflict(storage: Storage): MergingStorage {
  const known = new WeakMap<object, Known>();

  /** What to write over what is stored by now. */
  const rebase = async (key: string, mine: Item, base: Item): Promise<Draft> => {
    const stored = (await storage.read([key]))[key] as Item | undefined;
    if (stored === undefined) return { mine, base, eTag: '*' };
    const theirs = contentOf(stored);
    return { mine: merge(base, mine, theirs), base: theirs, eTag: eTagOf(stored) ?? '*' };
  };
  const writeOne = async (key: string, item: Item): Promise<void> => {
    const { eTag, base } = known.get(item) ?? { base: {} };
    const content = contentOf(item);
    let draft: Draft =
      eTag === undefined ? await rebase(key, content, base) : { mine: content, base, eTag };
    for (let attempt = 1; ; attempt += 1) {
      try {
        await storage.write({ [key]: { ...draft.mine, eTag: draft.eTag } });
        known.set(item, { base: structuredClone(draft.mine) });
        return;
      } catch (error) {
        if (!isConflict(error) || attempt === attempts) throw error;
        draft = await rebase(key, draft.mine, draft.base);
      }
    }
  };

  return {
    hasChanged: (item) => !isDeepStrictEqual(contentOf(item as Item), known.get(item)?.base ?? {}),
    async read(keys) {
      const items = await storage.read(keys);
      for (const item of Object.values(items) as Item[])
        known.set(item, { eTag: eTagOf(item), base: structuredClone(contentOf(item)) });
      return items;
    },
    async write(changes) {
      for (const [key, item] of Object.entries(changes as StoreItems) as [string, Item][])
        try {
          await writeOne(key, item);
        } catch (error) {
          if (!(error instanceof MentorError) || error.code !== 'data-unavailable') throw error;
          await storage.write({ [key]: { ...contentOf(item), eTag: '*' } });
        }
    },
    delete: (keys) => storage.delete(keys),
  };
}

/** What both changed goes to the one who writes last, but only that. */
function merge(base: Item, mine: Item, theirs: Item): Item {
  const merged: Record<string, unknown> = {};
  for (const name of new Set([...Object.keys(mine), ...Object.keys(theirs)])) {
    const [was, ours, stored] = [base[name], mine[name], theirs[name]];
    if (isDeepStrictEqual(ours, was)) merged[name] = stored;
    else if (isItem(ours) && isItem(stored))
      merged[name] = merge(isItem(was) ? was : {}, ours, stored);
    else merged[name] = ours;
  }
  return merged;
}

function isItem(value: unknown): value is Item {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function contentOf(item: Item): Item {
  const { eTag: _eTag, ...content } = item;
  return content;
}

function eTagOf(item: Item | undefined): string | undefined {
  const eTag = item?.['eTag'];
  return typeof eTag === 'string' ? eTag : undefined;
}

/** The storages say it in words; a service in the middle of another write says 412. */
function isConflict(error: unknown): boolean {
  if (error instanceof MentorError) return error.details['status'] === 412;
  return error instanceof Error && /etag conflict/i.test(error.message);
}
