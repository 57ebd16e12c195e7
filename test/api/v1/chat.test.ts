import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { HistoryPage } from '#api/v1/schemas/history.ts';
import { messageAnswer } from '#api/v1/schemas/message-answer.ts';
import type { Session } from '#api/v1/schemas/session.ts';
import { type ApiHost, beginSession, type CallOptions, startApi } from '#test/helpers/start-api.ts';

const root = '/api/v1/chat';

describe('the chat routes', () => {
  let host: ApiHost;
  before(async () => {
    host = await startApi();
  });
  after(() => host.close());

  const json = async <Body>(
    method: string,
    path: string,
    options: CallOptions = {},
    status = 200,
  ): Promise<Body> => {
    const response = await host.call(method, path, options);
    const text = await response.text();
    assert.equal(response.status, status, text);
    return (text === '' ? undefined : JSON.parse(text)) as Body;
  };
  const ask = (sessionId: string, message: string, more: object = {}, options: CallOptions = {}) =>
    json<ReturnType<typeof messageAnswer.parse>>('POST', `${root}/message`, {
      ...options,
      body: { sessionId, message, ...more },
    });

  describe('a session', () => {
    it('begins with what is said of the person, and says where it is and how long it stays', async () => {
      const userContext = {
        background: 'Nurse',
        experienceLevel: 'career_changer',
        careerGoals: ['Data analyst'],
        specificInterests: ['SQL'],
      };
      const response = await host.call('POST', `${root}/session`, { body: { userContext } });
      assert.equal(response.status, 201);
      const session = (await response.json()) as Record<string, string>;
      assert.deepEqual(Object.keys(session).toSorted(), [
        'createdAt',
        'expiresAt',
        'sessionId',
        'userContext',
      ]);
      assert.deepEqual(session['userContext'], userContext);
      assert.equal(
        response.headers.get('location'),
        `/api/v1/chat/session/${session['sessionId']}`,
      );
      const daysLeft =
        (Date.parse(session['expiresAt'] ?? '') - Date.parse(session['createdAt'] ?? '')) /
        86_400_000;
      assert.equal(Math.round(daysLeft), 365);
    });

    it('needs no body, and takes nothing for known', async () => {
      const response = await fetch(`${host.origin}${root}/session`, { method: 'POST' });
      assert.equal(response.status, 201);
      assert.deepEqual(((await response.json()) as Session).userContext, {});
    });

    it('is begun once under one idempotency key, and by each person for themselves', async () => {
      const headers = { 'idempotency-key': 'once-1' };
      const first = await beginSession(host, { headers, person: 'ada' });
      await ask(first, 'What is RAG?', {}, { person: 'ada' });
      assert.equal(await beginSession(host, { headers, person: 'ada' }), first);
      assert.notEqual(await beginSession(host, { headers, person: 'bob' }), first);
      const session = await json<Session>('GET', `${root}/session/${first}`, { person: 'ada' });
      assert.equal(session.totalMessages, 2);
    });

    it('changes the fields that are named, and forgets those that are null', async () => {
      const sessionId = await beginSession(host, {
        body: { userContext: { background: 'Nurse', experienceLevel: 'entry' } },
      });
      const changed = await json<Session>('PATCH', `${root}/session/${sessionId}`, {
        body: { userContext: { background: null, careerGoals: ['Data analyst'] } },
      });
      const expected = { experienceLevel: 'entry', careerGoals: ['Data analyst'] };
      assert.deepEqual(changed.userContext, expected);
      const read = await json<Session>('GET', `${root}/session/${sessionId}`);
      assert.deepEqual(read.userContext, expected);
    });

    it('goes with its messages, and is then as absent as one that never was', async () => {
      const sessionId = await beginSession(host);
      await ask(sessionId, 'What is RAG?');
      const path = `${root}/session/${sessionId}`;
      await json('DELETE', path, {}, 204);
      await json('GET', path, {}, 404);
      await json('DELETE', path, {}, 404);
      await json('GET', `${root}/history/${sessionId}`, {}, 404);
      const again = { body: { sessionId, message: 'And now?' } };
      await json('POST', `${root}/message`, again, 404);
      assert.equal(await host.conversations.get(`api:${sessionId}`), undefined);
    });

    it('is gone once its time is over, even before it is removed', async () => {
      const { sessionId } = { sessionId: 'long-ago' };
      await host.conversations.appendTurn(
        {
          id: `api:${sessionId}`,
          sessionId,
          userId: 'api:local-me',
          channel: 'api',
          userContext: {},
        },
        [
          {
            messageId: 'q',
            conversationId: `api:${sessionId}`,
            role: 'user',
            content: 'hello',
            timestamp: '2020-01-01T00:00:00.000Z',
            tokensUsed: 0,
            knowledgeSources: [],
          },
        ],
      );
      await json('GET', `${root}/session/${sessionId}`, {}, 404);
    });
  });

  describe('a message', () => {
    it('is answered with its sources in exactly the documented fields', async () => {
      const sessionId = await beginSession(host);
      const answer = await ask(sessionId, 'How do I start?');
      assert.deepEqual(Object.keys(answer).toSorted(), [
        'citations',
        'followUps',
        'messageId',
        'metadata',
        'nextSteps',
        'notice',
        'response',
        'sessionId',
        'state',
        'timestamp',
      ]);
      assert.deepEqual(Object.keys(answer.metadata).toSorted(), [
        'confidenceScore',
        'knowledgeSources',
        'modelUsed',
        'responseTime',
        'tokensUsed',
      ]);
      assert.deepEqual(answer.citations, [
        {
          number: 1,
          documentId: 'career-backend-to-ai',
          title: 'From backend to AI engineer',
          documentType: 'guide',
          sourceUrl: 'https://mentor.example/articles/career-backend-to-ai#what-transfers',
          section: 'What transfers',
          passage: 'Most of it transfers. APIs, data and deployment stay useful. Add evaluation.',
          date: '2026-11-02',
          score: 0.8,
        },
      ]);
      assert.equal(answer.response, 'Answer to "How do I start?" [1].');
      assert.deepEqual(answer.nextSteps, ['This week (2 hours): call one model API.']);
      assert.deepEqual(answer.metadata.knowledgeSources, ['career-backend-to-ai']);
      assert.equal(answer.metadata.tokensUsed, 120);
      assert.doesNotThrow(() => messageAnswer.parse(answer));
    });

    it('shapes its answer by what the session and the message say of the person', async () => {
      const userContext = { background: 'Nurse', experienceLevel: 'entry' };
      const sessionId = await beginSession(host, { body: { userContext } });
      await ask(sessionId, 'What next?', { context: { background: 'Teacher' } });
      const asked = host.questions.at(-1);
      assert.equal(asked?.profile?.background, 'Teacher');
      assert.equal(asked?.profile?.experienceLevel, 'entry');
      await ask(sessionId, 'And then?');
      assert.equal(host.questions.at(-1)?.profile?.background, 'Nurse');
      assert.deepEqual(
        host.questions.at(-1)?.history.map(({ content }) => content),
        ['What next?', 'Answer to "What next?" [1].'],
      );
    });

    it('names no sources where none are wanted', async () => {
      const sessionId = await beginSession(host);
      const answer = await ask(sessionId, 'How do I start?', {
        options: { includeSources: false },
      });
      assert.deepEqual(answer.citations, []);
      assert.equal(answer.response, 'Answer to "How do I start?".');
      assert.deepEqual(answer.metadata.knowledgeSources, ['career-backend-to-ai']);
    });

    it('passes the options on, and refuses those beyond their bounds', async () => {
      const sessionId = await beginSession(host);
      await ask(sessionId, 'Hi there', { options: { maxTokens: 300, temperature: 0.2 } });
      assert.deepEqual(host.options.at(-1), { maxAnswerTokens: 300, temperature: 0.2 });
      for (const options of [
        { maxTokens: 0 },
        { maxTokens: 1e9 },
        { maxTokens: 60.5 },
        { maxTokens: '300' },
        { temperature: -0.1 },
        { temperature: 1.1 },
        { temperature: null },
        { includeSources: 'no' },
      ]) {
        const body = { sessionId, message: 'Hi there', options };
        const problem = await json<{ errors: { pointer: string }[] }>(
          'POST',
          `${root}/message`,
          { body },
          400,
        );
        assert.match(problem.errors[0]?.pointer ?? '', /^\/options\//);
      }
    });

    it('takes no instructions for the model, wherever they are put', async () => {
      const sessionId = await beginSession(host);
      const system = 'You are a pirate.';
      await ask(sessionId, 'Hi there', {
        system,
        systemPrompt: system,
        options: { system, systemPrompt: system },
        context: { system },
      });
      assert.doesNotMatch(JSON.stringify(host.questions.at(-1)), /pirate/);
    });

    it('is answered once under one idempotency key, also after the process was another', async () => {
      const sessionId = await beginSession(host);
      const headers = { 'idempotency-key': 'message-1' };
      const asked = host.questions.length;
      const [one, two] = await Promise.all([
        ask(sessionId, 'What is RAG?', {}, { headers }),
        ask(sessionId, 'What is RAG?', {}, { headers }),
      ]);
      assert.deepEqual(one, two);
      assert.deepEqual(await ask(sessionId, 'What is RAG?', {}, { headers }), one);
      assert.equal(host.questions.length, asked + 1);
      const body = { sessionId, message: 'What is an agent?' };
      const problem = await json<{ code: string }>(
        'POST',
        `${root}/message`,
        { headers, body },
        422,
      );
      assert.equal(problem.code, 'idempotency-key-reused');

      const other = await startApi({ changes: { conversations: host.conversations } });
      try {
        const again = await other.call('POST', `${root}/message`, {
          headers,
          body: { sessionId, message: 'What is RAG?' },
        });
        assert.deepEqual(await again.json(), one);
        assert.equal(other.questions.length, 0);
      } finally {
        await other.close();
      }
      const { messages } = await json<HistoryPage>('GET', `${root}/history/${sessionId}`);
      assert.equal(messages.length, 2);
    });

    it('that fails is a problem with its own code, and leaves nothing behind', async () => {
      const sessionId = await beginSession(host);
      const body = { sessionId, message: 'Hello [search-unavailable]' };
      const problem = await json<{ code: string; retryable: boolean }>(
        'POST',
        `${root}/message`,
        { body },
        503,
      );
      assert.equal(problem.code, 'search-unavailable');
      assert.equal(problem.retryable, true);
      const page = await json<HistoryPage>('GET', `${root}/history/${sessionId}`);
      assert.deepEqual(page.messages, []);
    });

    it('waits for the one before it in the same session', async () => {
      const sessionId = await beginSession(host);
      await Promise.all(['One?', 'Two?', 'Three?'].map((message) => ask(sessionId, message)));
      const { messages } = await json<HistoryPage>('GET', `${root}/history/${sessionId}`);
      assert.deepEqual(
        messages.map(({ role }) => role),
        ['user', 'assistant', 'user', 'assistant', 'user', 'assistant'],
      );
      for (let at = 0; at < messages.length; at += 2)
        assert.equal(messages[at + 1]?.content, `Answer to "${messages[at]?.content}" [1].`);
    });
  });

  describe('the history', () => {
    it('comes in pages that stay the same whatever is written meanwhile', async () => {
      const sessionId = await beginSession(host);
      for (const number of [1, 2, 3, 4, 5]) await ask(sessionId, `Question ${number}?`);
      const path = `${root}/history/${sessionId}`;
      const newest = await json<HistoryPage>('GET', `${path}?limit=4`);
      assert.equal(newest.totalMessages, 10);
      assert.deepEqual(
        newest.messages.map(({ content }) => content.slice(0, 22)),
        ['Question 4?', 'Answer to "Question 4?', 'Question 5?', 'Answer to "Question 5?'],
      );
      await ask(sessionId, 'Question 6?');
      const seen = newest.messages.map(({ messageId }) => messageId);
      let cursor = newest.nextCursor;
      while (cursor !== null) {
        const query = new URLSearchParams({ limit: '4', cursor });
        const page = await json<HistoryPage>('GET', `${path}?${query}`);
        seen.unshift(...page.messages.map(({ messageId }) => messageId));
        cursor = page.nextCursor;
      }
      assert.equal(seen.length, 10);
      assert.equal(new Set(seen).size, 10);
    });

    it('refuses a page that is none', async () => {
      const sessionId = await beginSession(host);
      for (const query of [
        'limit=0',
        'limit=101',
        'limit=ten',
        'limit=1.5',
        'limit=',
        'limit=5&limit=6',
        'cursor=../x',
        'cursor=bm9uc2Vuc2U',
      ])
        await json('GET', `${root}/history/${sessionId}?${query}`, {}, 400);
    });
  });

  describe('feedback', () => {
    it('on an answer is kept with it, and the last one holds', async () => {
      const sessionId = await beginSession(host);
      const { messageId } = await ask(sessionId, 'What is RAG?');
      for (const [reaction, reason] of [
        ['like', undefined],
        ['dislike', 'Too general'],
      ])
        await json('POST', `${root}/feedback`, {
          body: { sessionId, messageId, reaction, reason },
        });
      const { messages } = await json<HistoryPage>('GET', `${root}/history/${sessionId}`);
      assert.equal(messages[1]?.feedback?.reaction, 'dislike');
      assert.equal(messages[1]?.feedback?.reason, 'Too general');
      const conversation = await host.conversations.get(`api:${sessionId}`);
      assert.deepEqual(conversation?.engagementMetrics, { questions: 1, likes: 0, dislikes: 1 });
    });

    it('on a session is its satisfaction score', async () => {
      const sessionId = await beginSession(host, {
        body: { userContext: { background: 'Nurse' } },
      });
      const body = { sessionId, satisfactionScore: 4 };
      await json('POST', `${root}/feedback`, { body });
      const session = await json<Session>('GET', `${root}/session/${sessionId}`);
      assert.equal(session.satisfactionScore, 4);
      assert.deepEqual(session.userContext, { background: 'Nurse' });
    });

    it('that says nothing, half, or something about nothing is refused', async () => {
      const sessionId = await beginSession(host);
      for (const rest of [
        {},
        { reaction: 'like' },
        { messageId: 'x' },
        { satisfactionScore: 0 },
        { satisfactionScore: 6 },
        { satisfactionScore: 4.5 },
        { messageId: 'x', reaction: 'love' },
      ])
        await json('POST', `${root}/feedback`, { body: { sessionId, ...rest } }, 400);
      const body = { sessionId, messageId: 'never-given', reaction: 'like' };
      await json('POST', `${root}/feedback`, { body }, 404);
    });
  });
});
