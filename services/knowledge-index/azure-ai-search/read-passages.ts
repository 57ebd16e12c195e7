import type { Connection } from './connection.ts';
import { literal } from './filter.ts';
import { type recordFields, textOf } from './passage-record.ts';

type RecordField = (typeof recordFields)[number];

export interface Reading<T> {
  readonly filter: string;
  readonly select: readonly RecordField[];
  /** A field that no two of the records share a value of. */
  readonly orderedBy: 'documentId' | 'chunkIndex';
  readonly read: (record: Readonly<Record<string, unknown>>) => T;
}

const pageSize = 1_000;

/** Every record that fits, page after page: each begins after the last value of the one before, as `$skip` ends at 100,000. */
export async function readAll<T>(
  { call, documents }: Connection,
  { filter, select, orderedBy, read }: Reading<T>,
): Promise<T[]> {
  const all: T[] = [];
  let pageFilter: string | undefined = filter;
  while (pageFilter !== undefined) {
    const searched: string = pageFilter;
    const page = await call('read passages', undefined, async (options) => {
      const { results } = await documents.search('*', {
        ...options,
        filter: searched,
        orderBy: [`${orderedBy} asc`],
        select: [...new Set([...select, orderedBy])],
        top: pageSize,
      });
      const records = await Array.fromAsync(results, (result) => result.document);
      return { items: records.map(read), last: records.at(-1)?.[orderedBy] };
    });
    all.push(...page.items);
    pageFilter =
      page.items.length < pageSize
        ? undefined
        : `${filter} and ${orderedBy} gt ${bound(page.last)}`;
  }
  return all;
}

function bound(value: unknown): string {
  return typeof value === 'number' ? String(value) : literal(textOf(value, 'documentId'));
}

/** The keys of a document's passages, the first passage's first. */
export function findKeys(connection: Connection, documentId: string): Promise<string[]> {
  return readAll(connection, {
    filter: `documentId eq ${literal(documentId)}`,
    select: ['id'],
    orderedBy: 'chunkIndex',
    read: (record) => textOf(record['id'], 'id'),
  });
}

/** The number of all passages: the cheapest question that needs address, key and index to be right. */
export function countPassages(
  { call, documents }: Connection,
  signal: AbortSignal | undefined,
): Promise<number> {
  return call('count passages', signal, async (options) => {
    const count = await documents.getDocumentsCount(options);
    if (!Number.isInteger(count)) throw new TypeError('The number of passages is no number');
    return count;
  });
}
