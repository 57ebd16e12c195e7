import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import type { MessageAnswer } from '#api/v1/schemas/message-answer.ts';
import { createSqliteConversationStore } from '#services/conversations/sqlite.ts';
import { withConversationOutbox } from '#services/conversations/with-outbox.ts';
import { openDatabase } from '#services/database/open-database.ts';
import { beginSession, startApi } from '#test/helpers/start-api.ts';
import { useOutboxes, withOutage } from '#test/services/outbox/outage.ts';

const root = '/api/v1/chat';
const outboxes = useOutboxes();

describe('the API while the store of conversations is away', async () => {
  const { database } = openDatabase(':memory:');
  const stored = createSqliteConversationStore(database);
  const service = withOutage(stored);
  const { outbox } = outboxes.open(outboxes.newPath());
  const conversations = withConversationOutbox(service.store, outbox);
  const host = await startApi({ changes: { conversations } });
  after(async () => {
    await host.close();
    await outbox.close();
    database.close();
  });

  it('begins sessions and answers in them, and all of it is kept', async () => {
    service.turn('away');
    const headers = { 'idempotency-key': 'once' };
    const begun = await host.call('POST', `${root}/session`, {
      headers,
      body: { userContext: { background: 'Nurse' } },
    });
    assert.equal(begun.status, 201);
    const { sessionId } = (await begun.json()) as { sessionId: string };
    assert.equal(await beginSession(host, { headers }), sessionId);
    const asked = await host.call('POST', `${root}/message`, {
      body: { sessionId, message: 'How do I start?' },
    });
    assert.equal(asked.status, 200);
    assert.match(((await asked.json()) as MessageAnswer).response, /How do I start/);
    assert.equal(host.questions.at(-1)?.profile?.background, 'Nurse');
    service.turn('here');
    const kept = await host.call('GET', `${root}/history/${sessionId}`);
    assert.equal(((await kept.json()) as { totalMessages: number }).totalMessages, 2);
  });

  it('says so where a session cannot be looked up', async () => {
    service.turn('here');
    const sessionId = await beginSession(host);
    service.turn('away');
    const response = await host.call('POST', `${root}/message`, {
      body: { sessionId, message: 'How do I start?' },
    });
    assert.equal(response.status, 503);
    const problem = (await response.json()) as Record<string, unknown>;
    assert.equal(problem['code'], 'data-unavailable');
    assert.equal(problem['retryable'], true);
  });
});
