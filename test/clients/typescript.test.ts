import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import {
  type CareerMentorClient,
  createCareerMentorClient,
} from '#clients/typescript/career-mentor-client.ts';
import { ProblemError } from '#clients/typescript/transport.ts';
import { type Program, startProgram } from '#test/helpers/start-program.ts';

const questions = [
  'How do I get from backend work into AI engineering?',
  'How long does that take?',
  'Which project shows employers the most?',
  'Do I need a degree?',
  'What should I learn first?',
  'How do I prepare for an AI system design interview?',
  'And for seniors?',
  'How should I write my resume?',
  'How do I negotiate an offer?',
  'What is the next step?',
];

describe('the TypeScript client', () => {
  let dataFolder: string;
  let program: Program;
  let mentor: CareerMentorClient;
  before(async () => {
    dataFolder = await mkdtemp(join(tmpdir(), 'career-mentor-test-'));
    program = await startProgram({ dataFolder });
    mentor = createCareerMentorClient({ baseUrl: program.origin, person: 'client' });
  });
  after(async () => {
    await program?.stop();
    await rm(dataFolder, { recursive: true, force: true });
  });

  it('talks through ten turns, in pieces and as a stream, with sources that can be opened', async () => {
    const userContext = { experienceLevel: 'mid', background: 'Java backend' } as const;
    const { sessionId } = await mentor.createSession({ userContext });
    for (const [index, message] of questions.entries()) {
      const body = { sessionId, message };
      const answer =
        index % 2 === 0 ? await mentor.sendMessage(body) : await lastOf(mentor.streamMessage(body));
      assert.notEqual(answer.response, '');
      assert.equal(answer.sessionId, sessionId);
      for (const { sourceUrl } of answer.citations) {
        const page = await fetch(sourceUrl);
        assert.equal(page.status, 200, sourceUrl);
        await page.body?.cancel();
      }
      await mentor.sendFeedback({ sessionId, messageId: answer.messageId, reaction: 'like' });
    }
    const pages = [await mentor.getHistory({ sessionId, limit: 7 })];
    for (let cursor = pages[0]?.nextCursor; cursor; cursor = pages.at(-1)?.nextCursor)
      pages.push(await mentor.getHistory({ sessionId, limit: 7, cursor }));
    const asked = pages
      .toReversed()
      .flatMap(({ messages }) => messages)
      .filter(({ role }) => role === 'user')
      .map(({ content }) => content);
    assert.deepEqual(asked, questions);
    const session = await mentor.getSession({ sessionId });
    assert.equal(session.totalMessages, 20);
    await mentor.changeSession({ sessionId }, { userContext: { background: null } });
    const { profiles, conversations } = await mentor.exportMe();
    assert.deepEqual(profiles, []);
    assert.equal(conversations[0]?.messages.length, 20);
    await mentor.deleteSession({ sessionId });
    await assert.rejects(mentor.getSession({ sessionId }), {
      name: 'ProblemError',
      message: 'I could not find that; it may have been deleted.',
    });
  });

  it('stops asking when it is told to', async () => {
    const { sessionId } = await mentor.createSession();
    const stopping = new AbortController();
    const events = mentor.streamMessage(
      { sessionId, message: questions[0] ?? '' },
      { signal: stopping.signal },
    );
    await events.next();
    stopping.abort();
    await assert.rejects(async () => {
      for await (const _ of events);
    }, /abort/i);
  });

  it('tells what is wrong, in words for people and a code for programs', async () => {
    const error = await mentor.getHistory({ sessionId: 'none' }).catch((thrown: unknown) => thrown);
    assert.ok(error instanceof ProblemError);
    assert.equal(error.problem.code, 'not-found');
    assert.notEqual(error.problem.requestId, '');
  });

  it('takes a stream up again whose connection broke', async () => {
    const { sessionId } = await mentor.createSession();
    let calls = 0;
    const fragile = createCareerMentorClient({
      baseUrl: program.origin,
      person: 'client',
      fetch: async (input, init) => {
        const response = await fetch(input, init);
        calls += 1;
        return calls === 1 ? cutAfterFirstEvents(response) : response;
      },
    });
    const answer = await lastOf(fragile.streamMessage({ sessionId, message: questions[0] ?? '' }));
    assert.equal(calls, 2);
    assert.notEqual(answer.response, '');
    assert.equal((await mentor.getSession({ sessionId })).totalMessages, 2);
  });

  it('comes with an example that runs', async () => {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['clients/typescript/example.ts', questions[2] ?? ''],
      { env: { ...process.env, CAREER_MENTOR_URL: program.origin }, timeout: 60_000 },
    );
    assert.match(stdout, /\[1\][\s\S]*\[1\] .*: http/);
  });
});

type Answer = Awaited<ReturnType<CareerMentorClient['sendMessage']>>;

async function lastOf(events: ReturnType<CareerMentorClient['streamMessage']>): Promise<Answer> {
  let text = '';
  for await (const event of events) {
    if (event.event === 'text-delta') text += event.data.text;
    if (event.event === 'text-reset') text = '';
    if (event.event === 'error') assert.fail(event.data.code);
    if (event.event === 'answer') {
      assert.equal(text.trim(), event.data.response.slice(0, text.trim().length));
      return event.data;
    }
  }
  assert.fail('The stream ended without an answer');
}

function cutAfterFirstEvents(response: Response): Response {
  const reader = response.body?.getReader();
  const body = new ReadableStream({
    async pull(controller) {
      const text = new TextDecoder().decode((await reader?.read())?.value);
      controller.enqueue(new TextEncoder().encode(text.split('\n\n').slice(0, 2).join('\n\n')));
      await reader?.cancel();
      controller.error(new TypeError('terminated'));
    },
  });
  return new Response(body, { status: response.status, headers: response.headers });
}
