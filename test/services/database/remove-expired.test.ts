import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Activity } from 'botbuilder';
import { createSqliteActivityLog } from '#services/activity-log/sqlite.ts';
import { createSqliteBotStateStorage } from '#services/bot-state/sqlite.ts';
import { createSqliteConversationStore } from '#services/conversations/sqlite.ts';
import { connectDatabase, openDatabase } from '#services/database/open-database.ts';
import { removeExpired } from '#services/database/remove-expired.ts';
import { createSqliteProfileStore } from '#services/profiles/sqlite.ts';
import { createSqliteTranscriptStore } from '#services/transcripts/sqlite.ts';
import { createTemporaryFolder } from './temporary-database.ts';

const old = '2025-01-01T10:00:00.000Z';
const recent = '2026-11-01T10:00:00.000Z';
const before = new Date('2026-01-01T00:00:00.000Z');

test('what ended before the retention goes out of every embedded store and out of the file', async () => {
  const folder = createTemporaryFolder();
  const path = join(folder.path, 'mentor.sqlite');
  const { database } = openDatabase(path);
  const conversations = createSqliteConversationStore(database);
  const profiles = createSqliteProfileStore(database);
  const transcripts = createSqliteTranscriptStore(database);
  const botState = createSqliteBotStateStorage(database);
  const log = createSqliteActivityLog(database);
  for (const [name, at] of [
    ['zebra', old],
    ['heron', recent],
  ] as const) {
    const conversation = { id: `web:${name}`, sessionId: name, userId: `web:${name}` };
    await conversations.appendTurn({ ...conversation, channel: 'web', userContext: {} }, [
      {
        messageId: 'm',
        conversationId: conversation.id,
        role: 'user',
        content: `the ${name} said`,
        timestamp: at,
        tokensUsed: 0,
        knowledgeSources: [],
      },
    ]);
    await profiles.put({
      userId: conversation.userId,
      background: `a ${name} keeper`,
      careerGoals: [],
      specificInterests: [],
      updatedAt: old,
    });
    await transcripts.logActivity({
      channelId: 'web',
      conversation: { id: name },
      id: 'a',
      timestamp: new Date(at),
      text: `the ${name} wrote`,
    } as unknown as Activity);
    await botState.write({ [`web/conversations/${name}/`]: { talk: `with a ${name}` } });
    await log.create({ conversationId: name, userId: name, createdAt: old });
    await log.append(name, { id: 'a', timestamp: at, text: `the ${name} showed` });
  }
  try {
    // As the program does it: by another connection, while the first is in use.
    const second = connectDatabase(path);
    assert.deepEqual(removeExpired(second, before), {
      conversations: 1,
      logs: 1,
      transcripts: 1,
      profiles: 1,
    });
    assert.deepEqual(removeExpired(second, before), {
      conversations: 0,
      logs: 0,
      transcripts: 0,
      profiles: 0,
    });
    second.close();
    assert.equal(await conversations.get('web:zebra'), undefined);
    assert.equal((await conversations.get('web:heron'))?.totalMessages, 1);
    assert.notEqual(await profiles.get('web:heron'), undefined);
    assert.deepEqual(Object.keys(await botState.read(['web/conversations/zebra/'])), []);
    assert.equal((await log.readAfter('heron', 0)).length, 1);
    const bytes = [path, `${path}-wal`].map((file) => readFileSync(file, 'latin1')).join('');
    assert.doesNotMatch(bytes, /zebra/);
    assert.match(bytes, /heron/);
  } finally {
    database.close();
    folder.remove();
  }
});

test('where every store is elsewhere there is nothing to do', () => {
  const { database } = openDatabase(':memory:');
  assert.deepEqual(removeExpired(database, before), {
    conversations: 0,
    logs: 0,
    transcripts: 0,
    profiles: 0,
  });
  database.close();
});
