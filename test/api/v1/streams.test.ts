import assert from 'node:assert/strict';
import { connect, type Socket } from 'node:net';
import { afterEach, describe, it } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { streamEvent } from '#api/v1/schemas/stream-event.ts';
import type { AnswerQuestion } from '#mentor/answer.ts';
import { type ReceivedEvent, readEvents } from '#test/helpers/read-events.ts';
import { answer } from '#test/helpers/scripted-mentor.ts';
import {
  type ApiHost,
  beginSession,
  type CallOptions,
  type StartApiOptions,
  startApi,
} from '#test/helpers/start-api.ts';

const path = '/api/v1/chat/message';

/** A mentor that says one word, and the rest when it is let; it tells how each of its answers ended. */
function gatedMentor() {
  let open = Promise.withResolvers<void>();
  const ends: ('answered' | 'stopped')[] = [];
  let count = 0;
  const answerQuestion: AnswerQuestion = async function* gated(question, { signal } = {}) {
    count += 1;
    const messageId = `gated-${count}`;
    let end: 'answered' | 'stopped' = 'stopped';
    try {
      yield { type: 'stage', stage: 'writing' };
      yield { type: 'source-found', documentId: 'a', title: 'An article' };
      yield { type: 'text-delta', text: 'First ' };
      const stopped = new Promise((_, reject) => {
        signal?.addEventListener('abort', () => reject(signal.reason));
      });
      stopped.catch(() => {});
      await Promise.race([open.promise, stopped]);
      yield { type: 'text-delta', text: `to ${question.text}` };
      end = 'answered';
      yield { type: 'answer', answer: answer({ messageId, text: `First to ${question.text}` }) };
    } finally {
      ends.push(end);
    }
  };
  return {
    answerQuestion,
    ends,
    begun: () => count,
    open: () => open.resolve(),
    shut: () => {
      open = Promise.withResolvers<void>();
    },
  };
}

describe('a streamed answer', () => {
  let host: ApiHost;
  afterEach(() => host.close());

  const begin = async (options: StartApiOptions = {}) => {
    const mentor = gatedMentor();
    const { answerQuestion } = mentor;
    host = await startApi({ ...options, changes: { answerQuestion, ...options.changes } });
    return { mentor, sessionId: await beginSession(host) };
  };
  const stream = (sessionId: string, options: CallOptions = {}, message = 'you') =>
    host.call('POST', path, {
      ...options,
      body: { sessionId, message },
      headers: { accept: 'text/event-stream', ...options.headers },
    });
  const rest = async (events: AsyncIterable<ReceivedEvent>) => {
    const all: ReceivedEvent[] = [];
    for await (const event of events) all.push(event);
    return all;
  };
  const until = async (condition: () => boolean) => {
    while (!condition()) await wait(5);
  };
  /** Reads until the first words have come. */
  const firstWords = async (events: AsyncGenerator<ReceivedEvent>) => {
    for (;;) {
      const { value, done } = await events.next();
      assert.equal(done, false, 'the stream ended before its first words');
      if (value.event === 'text-delta') return value as ReceivedEvent;
    }
  };

  it('brings every event as it happens, numbered, and the answer last', async () => {
    const { mentor, sessionId } = await begin();
    const response = await stream(sessionId);
    assert.equal(response.status, 200);
    assert.match(response.headers.get('content-type') ?? '', /^text\/event-stream/);
    assert.equal(response.headers.get('cache-control'), 'no-store');
    const events = readEvents(response);
    const first = await firstWords(events);
    assert.deepEqual(first.data, { text: 'First ' });
    mentor.open();
    const all = await rest(events);
    assert.deepEqual(
      all.map(({ event }) => event),
      // A word is sent once it is whole.
      ['text-delta', 'text-delta', 'answer'],
    );
    const [, number] = first.id.split('.');
    assert.equal(number, '3');
    assert.equal(all.at(-1)?.data['response'], 'First to you');
    for (const { event, data } of all) streamEvent.parse({ event, data });
    const history = await host.call('GET', `/api/v1/chat/history/${sessionId}`);
    assert.equal(((await history.json()) as { messages: [] }).messages.length, 2);
  });

  it('ends with an error that is a problem document', async () => {
    host = await startApi();
    const sessionId = await beginSession(host);
    const all = await rest(readEvents(await stream(sessionId, {}, 'Hello [search-unavailable]')));
    const last = all.at(-1);
    assert.equal(last?.event, 'error');
    assert.equal(last?.data['code'], 'search-unavailable');
    streamEvent.parse({ event: last?.event, data: last?.data });
  });

  it('shows that it lives while nothing happens', async () => {
    const { mentor, sessionId } = await begin({ changes: { heartbeatMs: 10 } });
    const events = readEvents(await stream(sessionId));
    await firstWords(events);
    for (const _ of [1, 2]) assert.equal((await events.next()).value?.event, ':');
    mentor.open();
    assert.equal((await rest(events)).at(-1)?.event, 'answer');
  });

  it('stops the mentor when the client goes, and keeps nothing of the turn', async () => {
    const { mentor, sessionId } = await begin();
    const leaving = new AbortController();
    const events = readEvents(await stream(sessionId, { signal: leaving.signal }));
    await firstWords(events);
    leaving.abort();
    await until(() => mentor.ends.length === 1);
    assert.deepEqual(mentor.ends, ['stopped']);
    await until(() => host.api.running() === 0);
    const { messages } = await host.conversations.listMessages(`api:${sessionId}`);
    assert.deepEqual(messages, []);
    assert.deepEqual(
      host.logged.filter(({ level }) => level === 'error'),
      [],
    );
  });

  it('stops the mentor as well when nobody waits for an answer in one piece', async () => {
    const { mentor, sessionId } = await begin();
    const leaving = new AbortController();
    const { signal } = leaving;
    const call = host.call('POST', path, { body: { sessionId, message: 'you' }, signal });
    call.catch(() => {});
    await until(() => mentor.begun() === 1);
    leaving.abort();
    await until(() => mentor.ends.length === 1);
    assert.deepEqual(mentor.ends, ['stopped']);
  });

  it('goes on after the last event where it was finished meanwhile', async () => {
    const { mentor, sessionId } = await begin();
    mentor.open();
    const all = await rest(readEvents(await stream(sessionId)));
    const seen = all[2];
    assert.equal(seen?.event, 'text-delta');
    const headers = { 'last-event-id': seen?.id ?? '' };
    const again = await rest(readEvents(await stream(sessionId, { headers })));
    assert.deepEqual(again, all.slice(3));
    assert.equal(mentor.begun(), 1);
  });

  it('is given whole where another process finished it', async () => {
    const { mentor, sessionId } = await begin();
    mentor.open();
    const all = await rest(readEvents(await stream(sessionId)));
    const first = host;
    const other = await startApi({ changes: { conversations: first.conversations } });
    host = other;
    const headers = { 'last-event-id': all[2]?.id ?? '' };
    const again = await rest(readEvents(await stream(sessionId, { headers })));
    assert.deepEqual(
      again.map(({ event }) => event),
      ['text-reset', 'text-delta', 'answer'],
    );
    assert.deepEqual(again.at(-1)?.data, all.at(-1)?.data);
    assert.equal(other.questions.length, 0);
    await other.close();
    host = first;
  });

  it('begins anew where it was stopped, and is kept once', async () => {
    const { mentor, sessionId } = await begin();
    const leaving = new AbortController();
    const events = readEvents(await stream(sessionId, { signal: leaving.signal }));
    const seen = await firstWords(events);
    leaving.abort();
    await until(() => mentor.ends.length === 1);
    mentor.open();
    const headers = { 'last-event-id': seen.id };
    const again = await rest(readEvents(await stream(sessionId, { headers })));
    assert.deepEqual(
      again.map(({ event }) => event),
      ['text-reset', 'stage', 'source-found', 'text-delta', 'text-delta', 'text-delta', 'answer'],
    );
    assert.equal((await host.conversations.get(`api:${sessionId}`))?.totalMessages, 2);
  });

  it('is followed by two at once under one idempotency key, and lives while one of them stays', async () => {
    const { mentor, sessionId } = await begin();
    const leaving = new AbortController();
    const headers = { 'idempotency-key': 'both' };
    const one = readEvents(await stream(sessionId, { headers, signal: leaving.signal }));
    const two = readEvents(await stream(sessionId, { headers }));
    await Promise.all([firstWords(one), firstWords(two)]);
    leaving.abort();
    await one.next().catch(() => {});
    mentor.open();
    assert.equal((await rest(two)).at(-1)?.event, 'answer');
    assert.deepEqual(mentor.ends, ['answered']);
  });

  it('is refused to nobody else by a person who has too many', async () => {
    const { mentor } = await begin();
    const open: Response[] = [];
    for (const _ of [1, 2, 3, 4, 5])
      open.push(await stream(await beginSession(host, { person: 'ada' }), { person: 'ada' }));
    await until(() => mentor.begun() === 5);
    const sixth = await stream(await beginSession(host, { person: 'ada' }), { person: 'ada' });
    assert.equal(sixth.status, 429);
    assert.equal(((await sixth.json()) as { code: string }).code, 'too-many-streams');
    assert.equal(sixth.headers.get('retry-after'), '5');
    const other = await stream(await beginSession(host, { person: 'bob' }), { person: 'bob' });
    assert.equal(other.status, 200);
    mentor.open();
    for (const response of [...open, other])
      assert.equal((await rest(readEvents(response))).at(-1)?.event, 'answer');
    const next = await stream(await beginSession(host, { person: 'ada' }), { person: 'ada' });
    assert.equal((await rest(readEvents(next))).at(-1)?.event, 'answer');
  });

  it('in thousands at once leaves the server answering, and nothing behind', async () => {
    const { mentor } = await begin();
    const people = 400;
    const streamsEach = 5;
    const port = Number(new URL(host.origin).port);
    const openStreams = async (person: string) => {
      const sessionId = await beginSession(host, { person });
      const body = JSON.stringify({ sessionId, message: 'you' });
      return Array.from({ length: streamsEach }, () => {
        const socket = connect(port, '127.0.0.1');
        socket.on('error', () => {});
        socket.resume();
        socket.write(
          `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAccept: text/event-stream\r\nX-Local-Person: ${person}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
        );
        return socket;
      });
    };
    const sockets: Socket[] = [];
    // Person after person: a busy machine would cut off those that came all in one moment as too slow.
    for (let person = 0; person < people; person += 1) {
      sockets.push(...(await openStreams(`person-${person}`)));
      await until(() => host.api.running() === sockets.length);
    }
    assert.equal(sockets.length, people * streamsEach);
    // Of each session's answers one is written, and the others wait for it.
    assert.equal(mentor.begun(), people);
    assert.equal((await host.call('GET', '/api/v1/me')).status, 200);
    for (const socket of sockets) socket.destroy();
    await until(() => host.api.running() === 0);
    assert.equal((await host.call('GET', '/api/v1/me')).status, 200);
    assert.ok(mentor.ends.every((end) => end === 'stopped'));
  });

  it('of a session that is deleted meanwhile ends, and is not kept after all', async () => {
    const { mentor, sessionId } = await begin();
    const events = readEvents(await stream(sessionId));
    await firstWords(events);
    const deleted = await host.call('DELETE', `/api/v1/chat/session/${sessionId}`);
    assert.equal(deleted.status, 204);
    assert.deepEqual(mentor.ends, ['stopped']);
    await rest(events);
    mentor.open();
    assert.equal(await host.conversations.get(`api:${sessionId}`), undefined);
  });

  it('is not taken up by somebody else who knows its id', async () => {
    const { mentor, sessionId } = await begin();
    mentor.open();
    const all = await rest(readEvents(await stream(sessionId)));
    const headers = { 'last-event-id': all[2]?.id ?? '' };
    const theirs = await stream(sessionId, { headers, person: 'bob' });
    assert.equal(theirs.status, 404);
    const bobs = await beginSession(host, { person: 'bob' });
    const own = await rest(readEvents(await stream(bobs, { headers, person: 'bob' }, 'bob')));
    assert.equal(own.at(-1)?.data['response'], 'First to bob');
  });
});
