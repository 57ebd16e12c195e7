import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { afterEach, describe, it } from 'node:test';
import type { CosmosDatabase } from '#services/azure/cosmos-database.ts';
import { createCosmosConversationStore } from '#services/conversations/azure-cosmos.ts';
import {
  makeAnswer,
  makeConversation,
  makeMessage,
  timeAt,
} from '#test/contracts/conversation-samples.ts';
import { describeConversationStore } from '#test/contracts/conversation-store.contract.ts';
import type { RecordedRequest } from '#test/helpers/fault-proxy.ts';
import { useCosmosEmulator } from '#test/services/azure/cosmos-test-database.ts';

const cosmos = useCosmosEmulator();
afterEach(() => cosmos.proxy.heal());

const createStore = (database: CosmosDatabase) =>
  createCosmosConversationStore(database, { now: () => new Date(timeAt(100)) });
const isBatch = ({ headers }: RecordedRequest) =>
  headers['x-ms-cosmos-is-batch-request'] === 'true';
const isQueryPlan = ({ headers }: RecordedRequest) =>
  headers['x-ms-cosmos-is-query-plan-request'] !== undefined;
const partitionOf = ({ headers }: RecordedRequest) => headers['x-ms-documentdb-partitionkey'];

describeConversationStore('azure-cosmos', () => cosmos.open(createStore));

describe('requests for conversations', () => {
  /** The requests that the work sends for items; the container is there already. */
  const recordItems = async (work: () => Promise<unknown>) => {
    const before = cosmos.proxy.requests.length;
    await work();
    return cosmos.proxy.requests
      .slice(before)
      .filter((request) => request.path.includes('/docs') && !isQueryPlan(request));
  };

  it('write a turn as one batch, which holds the conversation too', async () => {
    const { store } = await cosmos.open(createStore);
    await store.get('talk');
    for (const turn of ['1', '2']) {
      const requests = await recordItems(() =>
        store.appendTurn(makeConversation('talk'), [
          makeMessage(`q${turn}`),
          makeAnswer(`a${turn}`),
        ]),
      );
      assert.deepEqual(
        requests.map(({ method }) => method),
        ['GET', 'POST'],
      );
      const operations = JSON.parse(requests[1]?.body ?? '') as Record<string, unknown>[];
      assert.equal(operations.length, 3);
      assert.equal(operations[0]?.['operationType'], turn === '1' ? 'Create' : 'Replace');
      assert.equal(operations[0]?.['ifMatch'] !== undefined, turn === '2');
    }
  });

  it('name the conversation’s partition, and queries filter by it besides', async () => {
    const { store } = await cosmos.open(createStore);
    const requests = await recordItems(async () => {
      await store.appendTurn(makeConversation('talk'), [makeMessage('q')]);
      await store.appendTurn(makeConversation('talk'), [makeMessage('q'), makeAnswer('a')]);
      await store.listMessages('talk');
      await store.setFeedback('talk', 'a', { reaction: 'like', at: timeAt(1) });
    });
    assert.ok(requests.every((request) => partitionOf(request) === '["talk"]'));
    const queries = requests.filter(({ body }) => body.includes('"query"'));
    assert.equal(queries.length, 2);
    for (const { body } of queries)
      assert.match(body, /WHERE c\.conversationId = @conversationId AND/);
  });

  it('ask all partitions only for a person’s own conversations', async () => {
    const { store } = await cosmos.open(createStore);
    await store.appendTurn(makeConversation('talk'), [makeMessage('q')]);
    const [query, ...others] = await recordItems(() => store.listConversations('ada'));
    assert.equal(others.length, 0);
    assert.ok(query);
    assert.equal(partitionOf(query), undefined);
    assert.match(query.body, /c\.userId = @userId/);
  });
});

describe('two writers', () => {
  const openTwo = () => {
    const databaseId = `test-${randomUUID()}`;
    return [cosmos.openDatabase({ databaseId }), cosmos.openDatabase({ databaseId })].map(
      createStore,
    ) as [ReturnType<typeof createStore>, ReturnType<typeof createStore>];
  };

  it('of one conversation lose nothing and count everything once', async () => {
    const stores = openTwo();
    const turnOf = (writer: number, turn: number) => [
      makeMessage(`q ${writer} ${turn}`),
      makeAnswer(`a ${writer} ${turn}`),
    ];
    const write = async (writer: number) => {
      for (let turn = 0; turn < 8; turn += 1)
        await stores[writer]?.appendTurn(makeConversation('talk'), turnOf(writer, turn));
    };
    await Promise.all([write(0), write(1)]);
    const { messages } = await stores[0].listMessages('talk', { limit: 100 });
    assert.equal(new Set(messages.map(({ messageId }) => messageId)).size, 32);
    const conversation = await stores[1].get('talk');
    assert.equal(conversation?.totalMessages, 32);
    assert.equal(conversation?.totalTokensUsed, 16 * 120);
    for (const writer of [0, 1])
      assert.deepEqual(
        messages.filter(({ messageId }) => messageId.split(' ')[1] === `${writer}`),
        Array.from({ length: 8 }, (_, turn) => turnOf(writer, turn)).flat(),
        'each writer’s turns stand in its order',
      );
  });

  it('of the same turn store it once', async () => {
    const stores = openTwo();
    const turn = [makeMessage('q'), makeAnswer('a')];
    await Promise.all(stores.map((store) => store.appendTurn(makeConversation('talk'), turn)));
    assert.deepEqual((await stores[0].listMessages('talk')).messages, turn);
    assert.equal((await stores[0].get('talk'))?.totalMessages, 2);
  });

  it('of one feedback count it once', async () => {
    const stores = openTwo();
    await stores[0].appendTurn(makeConversation('talk'), [makeAnswer('a')]);
    await Promise.all(
      stores.map((store) => store.setFeedback('talk', 'a', { reaction: 'like', at: timeAt(1) })),
    );
    assert.equal((await stores[0].get('talk'))?.engagementMetrics.likes, 1);
  });

  it('that each count on what the other wrote read again', async () => {
    const [store] = openTwo();
    const changed = {
      status: 207,
      body: JSON.stringify([{ statusCode: 412 }, { statusCode: 424 }]),
    };
    cosmos.proxy.fail(changed, { times: 2, when: isBatch });
    await store.appendTurn(makeConversation('talk'), [makeMessage('q')]);
    assert.equal((await store.get('talk'))?.totalMessages, 1);
  });
});

it('writes a turn once where its first answer was lost and it is written again', async () => {
  const store = createStore(cosmos.openDatabase({ timeoutMs: 1_500 }));
  const turn = () =>
    store.appendTurn(makeConversation('talk'), [makeMessage('q'), makeAnswer('a')]);
  cosmos.proxy.fail('answer-lost', { times: 1, when: isBatch });
  await assert.rejects(turn(), { code: 'data-unavailable' });
  await turn();
  assert.equal((await store.get('talk'))?.totalMessages, 2);
  assert.equal((await store.listMessages('talk')).messages.length, 2);
});

it('keeps nothing of a turn that the service refused', async () => {
  const { store } = await cosmos.open(createStore);
  cosmos.proxy.fail({ status: 503 }, { when: isBatch });
  await assert.rejects(store.appendTurn(makeConversation('talk'), [makeMessage('q')]));
  cosmos.proxy.heal();
  assert.equal(await store.get('talk'), undefined);
});

it('deletes a conversation of more messages than a batch holds, also one that goes on meanwhile', async () => {
  const { store } = await cosmos.open(createStore);
  for (const part of ['a', 'b', 'c'])
    await store.appendTurn(
      makeConversation('talk'),
      Array.from({ length: 70 }, (_, index) => makeMessage(`${part}${index}`)),
    );
  cosmos.proxy.fail(
    { status: 207, body: JSON.stringify([{ statusCode: 412 }]) },
    { times: 1, when: (request) => isBatch(request) && request.body.includes('"ifMatch"') },
  );
  assert.deepEqual(await store.deleteUser('ada'), { conversations: 1, messages: 210 });
  assert.deepEqual(await store.listMessages('talk'), { messages: [] });
});

it('ends a deletion that was cut short when it is asked again', async () => {
  const { store } = await cosmos.open(createStore);
  for (const part of ['a', 'b'])
    await store.appendTurn(
      makeConversation('talk'),
      Array.from({ length: 70 }, (_, index) => makeMessage(`${part}${index}`)),
    );
  cosmos.proxy.fail(
    { status: 503 },
    { when: (request) => isBatch(request) && request.body.includes('"ifMatch"') },
  );
  await assert.rejects(store.deleteUser('ada'), { code: 'data-unavailable' });
  cosmos.proxy.heal();
  assert.deepEqual(await store.deleteUser('ada'), { conversations: 1, messages: 40 });
  assert.equal(await store.get('talk'), undefined);
});

it('keeps a conversation so many days after it last went on, and for good without a limit', async () => {
  const turn = [makeMessage('q'), makeAnswer('a')];
  const short = createCosmosConversationStore(cosmos.openDatabase(), { retentionDays: 30 });
  const long = createCosmosConversationStore(cosmos.openDatabase());
  for (const store of [short, long]) await store.appendTurn(makeConversation('talk'), turn);
  await cosmos.emulator.expire(29 * 86_400);
  assert.equal((await short.listMessages('talk')).messages.length, 2);
  await short.setFeedback('talk', 'a', { reaction: 'like', at: timeAt(1) });
  await cosmos.emulator.expire(31 * 86_400);
  assert.equal(await short.get('talk'), undefined);
  assert.deepEqual(await short.listMessages('talk'), { messages: [] });
  assert.deepEqual((await long.listMessages('talk')).messages, turn);
});

it('refuses a turn of more messages than one batch holds', async () => {
  const { store } = await cosmos.open(createStore);
  const messages = Array.from({ length: 100 }, (_, index) => makeMessage(`m${index}`));
  await assert.rejects(store.appendTurn(makeConversation('talk'), messages), {
    code: 'request-invalid',
  });
  await store.appendTurn(makeConversation('talk'), messages.slice(1));
  assert.equal((await store.get('talk'))?.totalMessages, 99);
});

it('takes the time of a turn without messages from the clock, and never goes back in time', async () => {
  const { store } = await cosmos.open(createStore);
  const times = async () => {
    const conversation = await store.get('talk');
    return [conversation?.createdAt, conversation?.updatedAt];
  };
  await store.appendTurn(makeConversation('talk'), []);
  assert.deepEqual(await times(), [timeAt(100), timeAt(100)]);
  await store.appendTurn(makeConversation('talk'), [makeMessage('q', { timestamp: timeAt(50) })]);
  assert.deepEqual(await times(), [timeAt(100), timeAt(100)]);
});

it('takes ids of any channel', async () => {
  const { store } = await cosmos.open(createStore);
  for (const id of ['19:x@thread.v2;messageid=1', 'a/b\\c?d#e', ' ä🚀 ', '..', 'x'.repeat(600)]) {
    await store.appendTurn(makeConversation(id, id), [makeMessage(id), makeMessage(`${id}x`)]);
    const { messages } = await store.listMessages(id);
    assert.deepEqual(
      messages.map(({ messageId }) => messageId),
      [id, `${id}x`],
    );
    assert.deepEqual(await store.deleteUser(id), { conversations: 1, messages: 2 });
  }
});
