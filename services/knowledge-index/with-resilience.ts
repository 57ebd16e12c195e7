import type { Guard } from '#services/resilience/guard.ts';
import { guardPort, runGuarded } from '#services/resilience/guard-port.ts';
import type { KnowledgeIndex } from './port.ts';

/** Nobody waits for ingestion, and a large document takes many requests. */
const ingestionTimeoutMs = 120_000;

/** Guards a knowledge index. All may be repeated: a document is replaced or removed whole. */
export function withIndexResilience(index: KnowledgeIndex, guard: Guard): KnowledgeIndex {
  return {
    ...guardPort(index, guard, {
      search: { repeat: true },
      getDocument: { repeat: true },
      listDocuments: { repeat: true, timeoutMs: ingestionTimeoutMs },
      putDocument: { repeat: true, timeoutMs: ingestionTimeoutMs },
      removeDocument: { repeat: true, timeoutMs: ingestionTimeoutMs },
    }),
    search: (query, { signal } = {}) =>
      runGuarded(guard, (within) => index.search(query, { signal: within }), { signal }),
  };
}
