import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { createReviews } from '#api/monitoring/reviews.ts';
import type { ConversationStore, Message } from '#services/conversations/port.ts';
import { openDatabase } from '#services/database/open-database.ts';
import { openReviewQueue } from '#services/telemetry/review-queue.ts';
import { createTemporaryFolder } from '#test/services/database/temporary-database.ts';
import { formatCases, runCases } from './run-cases.ts';

const message = (fields: Partial<Message>): Message => ({
  messageId: 'a-1',
  conversationId: 'c-1',
  role: 'assistant',
  content: 'What somebody was told.',
  timestamp: '2026-11-23T10:00:00.000Z',
  tokensUsed: 0,
  knowledgeSources: [],
  ...fields,
});

/** Makes cases of reviewed answers, as the dashboard's button does; resolves to their lines. */
async function makeCases(conversation: readonly Message[], answerIds: readonly string[]) {
  const queue = openReviewQueue(openDatabase(':memory:').database, {
    now: () => new Date(),
    newId: () => crypto.randomUUID(),
  });
  const conversations = {
    get: async () => undefined,
    listMessages: async () => ({ messages: [...conversation] }),
  } as unknown as ConversationStore;
  const lines: string[] = [];
  const reviews = createReviews({
    queue,
    conversations,
    redact: (text) => text,
    keepCase: async (line) => void lines.push(line),
  });
  for (const messageId of answerIds)
    queue.add({ conversationId: 'c-1', messageId, reason: 'thumbs-down' });
  for (const { id } of queue.list({ limit: 10 })) assert.equal(await reviews.makeCase(id), true);
  return lines;
}

describe('cases made of reviewed answers', () => {
  it('are asked by npm run eval as they were written', async () => {
    const source = {
      documentId: 'career-degree-phd-faq',
      title: 'Degrees',
      section: 'Do I need a PhD to work in machine learning?',
    };
    const lines = await makeCases(
      [
        message({ messageId: 'q-1', role: 'user', content: 'do i need a phd for ml jobs' }),
        message({ messageId: 'a-1', knowledgeSources: [source, source] as never }),
        message({ messageId: 'q-2', role: 'user', content: 'how do i become a pastry chef' }),
        message({ messageId: 'a-2', state: 'no-evidence' }),
      ],
      ['a-1', 'a-2'],
    );
    assert.equal(lines.length, 2);
    const wrong = JSON.stringify({
      id: 'review-wrong',
      kind: 'plain',
      question: 'do i need a phd for ml jobs',
      relevant: [{ documentId: 'no-such-article', grade: 1 }],
    });
    const folder = createTemporaryFolder();
    try {
      const file = join(folder.path, 'evaluation-cases.jsonl');
      writeFileSync(file, [...lines, wrong, ''].join('\n'));
      const results = await runCases(file, 'extractive');
      assert.deepEqual(
        results.map(({ isRight }) => isRight),
        [true, true, false],
        JSON.stringify(results),
      );
      const text = formatCases(results);
      assert.match(text, /review-wrong: do i need a phd.*\n {2}wanted no-such-article\n/);
      assert.match(text, /2 of 3 cases are right/);
    } finally {
      folder.remove();
    }
  });

  it('name the line that somebody spoiled by hand', async () => {
    const folder = createTemporaryFolder();
    try {
      const file = join(folder.path, 'cases.jsonl');
      writeFileSync(file, '{"id":"x"}\n');
      await assert.rejects(runCases(file, 'extractive'), /cases\.jsonl:1/);
    } finally {
      folder.remove();
    }
  });
});
