import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { MentorError } from '#errors.ts';
import { openDatabase } from '#services/database/open-database.ts';
import type { KnowledgeIndex } from '#services/knowledge-index/port.ts';
import { createSqliteKnowledgeIndex } from '#services/knowledge-index/sqlite.ts';
import { withIndexResilience } from '#services/knowledge-index/with-resilience.ts';
import { createGuard } from '#services/resilience/guard.ts';
import { describeKnowledgeIndex } from '#test/contracts/knowledge-index.contract.ts';

function guard(index: KnowledgeIndex, timeoutMs = 5_000) {
  const created = createGuard({
    name: 'search',
    code: 'search-unavailable',
    timeoutMs,
    firstRetryMs: 1,
    random: () => 0,
  });
  return { index: withIndexResilience(index, created), circuit: created.circuit };
}

describeKnowledgeIndex('with resilience', async () => {
  const { database } = openDatabase(':memory:');
  const { index } = guard(createSqliteKnowledgeIndex(database));
  return { store: index, close: async () => database.close() };
});

describe('a guarded search', () => {
  const query = { text: 'python', limit: 5 };
  const open = (search: KnowledgeIndex['search'], timeoutMs?: number) => {
    const plain = createSqliteKnowledgeIndex(openDatabase(':memory:').database);
    return guard({ ...plain, search }, timeoutMs);
  };

  it('is tried again, and left alone after five failures', async () => {
    let calls = 0;
    const { index, circuit } = open(async () => {
      calls += 1;
      throw new MentorError('search-unavailable', 'away');
    });
    for (let searches = 1; searches <= 5; searches += 1)
      await assert.rejects(index.search(query), { code: 'search-unavailable' });
    assert.equal(calls, 15, 'three tries each');
    assert.equal(circuit.state(), 'open');
    await assert.rejects(index.search(query), { code: 'search-unavailable' });
    assert.equal(calls, 15, 'it is not asked while it is left alone');
  });

  it('that takes too long is given up, and told so', async () => {
    let signal: AbortSignal | undefined;
    const { index } = open((_query, options) => {
      signal = options?.signal;
      return new Promise(() => {});
    }, 10);
    await assert.rejects(index.search(query), { code: 'search-unavailable' });
    assert.equal(signal?.aborted, true);
  });

  it('ends with its caller, which is nothing against the service', async () => {
    const { index, circuit } = open(() => new Promise(() => {}));
    const controller = new AbortController();
    const searching = index.search(query, { signal: controller.signal });
    const reason = new Error('the person left');
    controller.abort(reason);
    await assert.rejects(searching, reason);
    assert.equal(circuit.state(), 'closed');
  });
});
