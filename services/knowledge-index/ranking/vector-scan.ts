import type { DatabaseSync } from 'node:sqlite';
import type { KnowledgeDocument, SearchHit } from '../port.ts';

interface VectorRow {
  readonly number: number;
  readonly vector: Float32Array;
}

/** Finds the nearest passages by cosine similarity with a plain scan: exact, and below 10 ms for 10,000 x 384. */
export function createVectorScan(database: DatabaseSync) {
  const all = database.prepare(
    `SELECT number, vector FROM passages WHERE vector IS NOT NULL AND part = 'body'`,
  );
  const byNumber = database.prepare('SELECT document FROM passages p WHERE number = ?');
  let rows: VectorRow[] | undefined;

  return {
    /** Vectors of another length than the query's are passed over: they come from another embedding model. */
    nearest(
      query: Float32Array,
      limit: number,
      filter: { readonly sql: string; readonly values: readonly string[] },
    ): SearchHit[] {
      rows ??= all.all().map((row) => ({
        number: Number(row['number']),
        vector: normalised(toVector(row['vector'] as Uint8Array)),
      }));
      const allowed = allowedNumbers(filter);
      const unit = normalised(query);
      return rows
        .filter((row) => row.vector.length === unit.length && (allowed?.has(row.number) ?? true))
        .map((row) => ({ number: row.number, similarity: dotProduct(row.vector, unit) }))
        .toSorted((left, right) => right.similarity - left.similarity)
        .slice(0, limit)
        .flatMap(({ number, similarity }) => {
          const json = byNumber.get(number)?.['document'];
          // Another process may have removed it meanwhile.
          if (json === undefined) return [];
          const document = JSON.parse(String(json)) as KnowledgeDocument;
          return [{ document, score: similarity, coverage: Math.max(0, similarity) }];
        });
    },

    forget() {
      rows = undefined;
    },
  };

  function allowedNumbers(filter: {
    readonly sql: string;
    readonly values: readonly string[];
  }): Set<number> | undefined {
    if (filter.sql === '') return undefined;
    const matching = database
      .prepare(`SELECT number FROM passages p WHERE 1 ${filter.sql}`)
      .all(...filter.values);
    return new Set(matching.map((row) => Number(row['number'])));
  }
}

function toVector(bytes: Uint8Array): Float32Array {
  return new Float32Array(
    bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength),
  );
}

function normalised(vector: Float32Array): Float32Array {
  const length = Math.sqrt(dotProduct(vector, vector));
  return length === 0 ? vector : vector.map((value) => value / length);
}

function dotProduct(left: Float32Array, right: Float32Array): number {
  let sum = 0;
  for (let position = 0; position < left.length; position += 1)
    sum += (left[position] ?? 0) * (right[position] ?? 0);
  return sum;
}
