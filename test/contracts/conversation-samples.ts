import type { Message } from '#services/conversations/port.ts';

/** What a turn says of its conversation. */
export function makeConversation(id: string, userId = 'ada') {
  return {
    id,
    sessionId: `session of ${id}`,
    userId,
    channel: 'web',
    userContext: { level: 'mid' },
  };
}

/** The time of day so many seconds after nine, in the form that messages carry. */
export function timeAt(seconds: number): string {
  return new Date(Date.parse('2026-01-01T09:00:00.000Z') + seconds * 1_000).toISOString();
}

/** A question. */
export function makeMessage(messageId: string, changes: Partial<Message> = {}): Message {
  return {
    messageId,
    conversationId: 'talk',
    role: 'user',
    content: `text of ${messageId}`,
    timestamp: timeAt(0),
    tokensUsed: 0,
    knowledgeSources: [],
    ...changes,
  };
}

/** An answer with every field given. */
export function makeAnswer(messageId: string, changes: Partial<Message> = {}): Message {
  return makeMessage(messageId, {
    role: 'assistant',
    tokensUsed: 120,
    responseTimeMs: 45.5,
    knowledgeSources: [
      {
        number: 1,
        documentId: 'become-an-ml-engineer',
        title: 'Becoming an ML engineer',
        documentType: 'guide',
        sourceUrl: 'https://example.org/articles/become-an-ml-engineer',
        section: 'First steps',
        passage: 'Build one thing end to end.',
        date: '2025-11-01',
        score: 0.82,
      },
    ],
    followUps: ['And for seniors?'],
    modelUsed: 'extractive',
    temperature: 0.7,
    confidenceScore: 0.9,
    state: 'grounded',
    ...changes,
  });
}
