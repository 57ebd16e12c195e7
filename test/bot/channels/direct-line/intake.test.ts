import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createConversations } from '#bot/channels/direct-line/conversations.ts';
import type { FileStore } from '#bot/channels/direct-line/files.ts';
import { createIntake } from '#bot/channels/direct-line/intake.ts';
import { createTurnInbox } from '#bot/turn-inbox.ts';
import { MentorError } from '#errors.ts';
import { createSqliteActivityLog } from '#services/activity-log/sqlite.ts';
import { openDatabase } from '#services/database/open-database.ts';
import { silentLogger } from '#test/helpers/silent-logger.ts';

const now = () => new Date('2026-11-23T12:00:00Z');
const participant = { userId: 'dl_ada', conversationId: 'talk' };
const address = { secure: false, host: 'localhost' };

test('a message that the inbox could not take does not stay on the screen as if it were heard', async () => {
  const log = createSqliteActivityLog(openDatabase(':memory:').database);
  const conversations = createConversations({ log, now });
  const inbox = createTurnInbox({ logger: silentLogger });
  let isFull = false;
  const intake = createIntake({
    conversations,
    files: {} as FileStore,
    inbox: {
      ...inbox,
      accepting: true,
      async accept() {
        if (isFull) throw new MentorError('data-unavailable', 'the disk is full');
        return 'accepted';
      },
    },
    bot: { id: 'bot', name: 'Bot' },
    now,
    logger: silentLogger,
    runTurn: async () => undefined,
  });
  const post = (text: string) =>
    intake.post(participant, { posted: { type: 'message', text }, address });
  await post('one');
  isFull = true;
  await assert.rejects(post('two'), { code: 'data-unavailable' });
  isFull = false;
  await post('two, again');
  const { activities } = await conversations.readAfter('talk', undefined);
  assert.deepEqual(
    activities.map(({ text }) => text),
    ['one', 'two, again'],
  );
});
