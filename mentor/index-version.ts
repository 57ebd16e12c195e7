import { createHash } from 'node:crypto';
import type { KnowledgeIndex } from '#services/knowledge-index/port.ts';

export interface IndexVersion {
  /** The version as it was known last; nothing before the first one could be read. */
  current(): Promise<string | undefined>;
  /** The index was changed by this process: the next version is read anew. */
  changed(): void;
}

/**
 * Tells one content of the index from another, the same in every process: it changes with any article. What another process
 * ingested is noticed at once where the index counts its changes; else once a minute, when the version is read again beside the
 * questions. A failure leaves the last one standing.
 */
export function createIndexVersion(
  index: Pick<KnowledgeIndex, 'listDocuments' | 'countChanges'>,
  { refreshMs = 60_000, nowMs = () => performance.now() } = {},
): IndexVersion {
  let known: { readonly version: string; readonly readAtMs: number } | undefined;
  let reading: Promise<void> | undefined;
  let changes = 0;
  let counted = countOf(index);
  const forget = () => {
    changes += 1;
    known = undefined;
    reading = undefined;
  };
  const read = async () => {
    const changesBefore = changes;
    const version = await index
      .listDocuments()
      .then(hashOf)
      .catch(() => known?.version);
    /** What was read before a change is not the version after it. */
    if (changes !== changesBefore) return;
    reading = undefined;
    if (version !== undefined) known = { version, readAtMs: nowMs() };
  };
  return {
    async current() {
      const count = countOf(index);
      if (count !== counted) forget();
      counted = count;
      const isDue = known === undefined || nowMs() - known.readAtMs >= refreshMs;
      if (isDue) reading ??= read();
      if (known === undefined) await reading;
      return known?.version;
    },
    changed: forget,
  };
}

/** Nothing where the index cannot tell, or cannot be read. */
function countOf(index: Pick<KnowledgeIndex, 'countChanges'>): number | undefined {
  try {
    return index.countChanges?.();
  } catch {
    return undefined;
  }
}

function hashOf(documents: Awaited<ReturnType<KnowledgeIndex['listDocuments']>>): string {
  const lines = documents
    .map(({ documentId, contentHash }) => `${documentId} ${contentHash}`)
    .toSorted();
  return createHash('sha256').update(lines.join('\n')).digest('base64url').slice(0, 16);
}
