import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { AnswerQuestion, MentorEvent } from '#mentor/answer.ts';
import { answer } from '#test/helpers/scripted-mentor.ts';
import { groupChat, mentionOfBot, rootEntityOf, startTeamsChat } from '#test/helpers/teams-chat.ts';
import {
  type ConnectorAnswer,
  type ConnectorCall,
  streamInfoOf,
  streamRefusal,
} from '#test/helpers/teams-connector.ts';

const words = ['Most ', 'of ', 'it ', 'transfers ', '[1].'];

function speak(afterWord: (index: number) => Promise<unknown> | undefined = () => undefined) {
  const aborted: boolean[] = [];
  const answerQuestion: AnswerQuestion = async function* (_question, { signal } = {}) {
    for (const [index, text] of words.entries()) {
      yield { type: 'text-delta', text } satisfies MentorEvent;
      await afterWord(index);
      aborted.push(signal?.aborted === true);
    }
    yield { type: 'answer', answer: answer({ text: words.join('') }) };
  };
  return { answerQuestion, aborted };
}

/** A chat in which the welcome is over, so that what follows is one answer. */
async function startWelcomed(t: TestContext, mentor = speak()) {
  const chat = await startTeamsChat(t, { answerQuestion: mentor.answerQuestion });
  await chat.deliver({ type: 'installationUpdate', action: 'add' });
  await chat.profiles.put({
    userId: 'msteams:29:ada',
    careerGoals: [],
    specificInterests: [],
    updatedAt: '2026-11-23T00:00:00Z',
  });
  chat.connector.calls.length = 0;
  const first = [...chat.connector.shown('a:talk').keys()];
  return {
    ...chat,
    /** What the chat shows since the welcome. */
    shown: () =>
      [...chat.connector.shown('a:talk')]
        .filter(([id]) => !first.includes(id))
        .map(([, body]) => body),
  };
}

const isPart = ({ body }: ConnectorCall, type: string) => streamInfoOf(body)?.streamType === type;

test('an answer grows in one stream that ends with label, citation, card and feedback', async (t) => {
  const chat = await startWelcomed(t);
  await chat.say('how?');
  const infos = chat.connector.calls.map(({ body }) => streamInfoOf(body));
  assert.deepEqual(
    infos.map((info) => info?.streamSequence),
    [...infos.slice(0, -1).map((_info, index) => index + 1), undefined],
  );
  assert.deepEqual(new Set(infos.slice(1).map((info) => info?.streamId)).size, 1);
  const growing = chat.connector.calls.filter((call) => isPart(call, 'streaming'));
  assert.deepEqual(
    growing.map(({ body }) => body['text']),
    ['Most', 'Most of', 'Most of it', 'Most of it transfers'],
  );
  for (const { body } of growing) assert.equal(body['attachments'], undefined);
  const [final, ...more] = chat.shown();
  assert.deepEqual(more, []);
  const root = rootEntityOf(final);
  assert.ok(final && root);
  assert.equal(final['text'], 'Most of it transfers [1].');
  assert.deepEqual(root['additionalType'], ['AIGeneratedContent']);
  assert.equal((root['citation'] as unknown[]).length, 1);
  const { feedbackLoop } = final['channelData'] as { feedbackLoop: unknown };
  assert.deepEqual(feedbackLoop, { type: 'default' });
  assert.equal((final['attachments'] as unknown[]).length, 1);
  assert.deepEqual(chat.connector.violations, []);
});

test('the Stop button stops the model, and nothing more is sent or kept', async (t) => {
  const mentor = speak();
  const chat = await startWelcomed(t, mentor);
  chat.connector.interfere = (call) =>
    isPart(call, 'streaming') && String(call.body['text']) !== 'Most'
      ? streamRefusal('Content stream was canceled by user')
      : undefined;
  await chat.say('how?');
  assert.equal(chat.connector.calls.at(-1)?.body['text'], 'Most of');
  assert.ok(mentor.aborted.length <= 2, 'the model went on');
  assert.equal((await chat.conversations.listConversations('msteams:29:ada')).length, 0);
  assert.deepEqual(chat.logged, []);

  chat.connector.interfere = () => undefined;
  await chat.say('and now?');
  assert.equal(chat.shown().at(-1)?.['text'], 'Most of it transfers [1].');
});

test('the Stop button pressed at the very end sends nothing more either', async (t) => {
  const chat = await startWelcomed(t);
  chat.connector.interfere = (call) =>
    isPart(call, 'final') ? streamRefusal('Content stream was canceled by user') : undefined;
  await chat.say('how?');
  assert.equal(isPart(chat.connector.calls.at(-1) as ConnectorCall, 'final'), true);
});

const endings: readonly [string, ConnectorAnswer][] = [
  ['it lived too long', streamRefusal('Content stream exceeded streaming time')],
  [
    'the text did not only grow',
    streamRefusal('Request should contain the previously streamed content'),
  ],
  ['it was completed already', streamRefusal('Content stream was already completed')],
  ['it is too large', streamRefusal('Message size too large')],
  ['it is not allowed', streamRefusal('Content stream is not allowed')],
  ['the service fails', { status: 501, body: {} }],
];

for (const [name, refusal] of endings)
  test(`a stream that Teams ends because ${name} becomes the whole answer, in its place`, async (t) => {
    const chat = await startWelcomed(t);
    let parts = 0;
    chat.connector.interfere = (call) => {
      if (streamInfoOf(call.body) === undefined || call.method === 'PUT') return undefined;
      parts += 1;
      return parts >= 3 ? refusal : undefined;
    };
    await chat.say('how?');
    const shown = chat.shown();
    assert.deepEqual(
      shown.map((body) => body['text']),
      ['Most of it transfers [1].'],
    );
    assert.equal(streamInfoOf(shown[0] ?? {}), undefined, 'a plain message has no stream');
    assert.ok(rootEntityOf(shown[0]));
    assert.equal(chat.connector.calls.at(-1)?.method, 'PUT');
    assert.deepEqual(chat.connector.violations, []);
  });

test('where the stream can be neither ended nor replaced, the answer is a message of its own', async (t) => {
  const chat = await startWelcomed(t);
  chat.connector.interfere = (call, count) =>
    (streamInfoOf(call.body) !== undefined && count >= 3) || call.method === 'PUT'
      ? streamRefusal('Content stream is not allowed')
      : undefined;
  await chat.say('how?');
  assert.equal(chat.shown().at(-1)?.['text'], 'Most of it transfers [1].');
});

for (const refusal of [
  {
    status: 400,
    body: { error: { code: 'BadArgument', message: 'streaming api is not enabled' } },
  },
  streamRefusal('Content stream is not allowed'),
])
  test(`a chat without streams (${refusal.status}) gets typing and one message`, async (t) => {
    const chat = await startWelcomed(t);
    chat.connector.interfere = ({ body }) => (streamInfoOf(body) ? refusal : undefined);
    await chat.say('how?');
    assert.deepEqual(
      chat.connector.calls.map(({ body }) => [body['type'], streamInfoOf(body) !== undefined]),
      [
        ['typing', true],
        ['typing', false],
        ['message', false],
      ],
    );
    assert.equal(chat.shown().length, 1);
  });

test('a throttled part is left out, and the end is sent again until it is taken', async (t) => {
  const chat = await startWelcomed(t);
  let finals = 0;
  chat.connector.interfere = (call) => {
    if (isPart(call, 'final')) finals += 1;
    const isThrottled = isPart(call, 'streaming') || (isPart(call, 'final') && finals < 3);
    return isThrottled ? { status: 429, body: { error: { code: 'TooManyRequests' } } } : undefined;
  };
  await chat.say('how?');
  assert.equal(finals, 3);
  const parts = chat.connector.calls.filter((call) => isPart(call, 'streaming'));
  assert.equal(parts.length, 1, 'a throttled stream waits before its next part');
  assert.deepEqual(
    chat.shown().map((body) => body['text']),
    ['Most of it transfers [1].'],
  );
});

test('a connector that fails on the third part still gets the whole answer', async (t) => {
  const chat = await startWelcomed(t);
  chat.connector.interfere = (_call, count) =>
    count === 3 ? { status: 501, body: {} } : undefined;
  await chat.say('how?');
  assert.deepEqual(
    chat.shown().map((body) => body['text']),
    ['Most of it transfers [1].'],
  );
  assert.deepEqual(chat.connector.violations, []);
});

test('a slow connector gets one part at a time, and the whole answer', async (t) => {
  const chat = await startWelcomed(t);
  let open = 0;
  let mostOpen = 0;
  chat.connector.interfere = async () => {
    open += 1;
    mostOpen = Math.max(mostOpen, open);
    await new Promise((resolve) => setTimeout(resolve, 60));
    open -= 1;
    return undefined;
  };
  await chat.say('how?');
  assert.equal(mostOpen, 1);
  assert.deepEqual(
    chat.shown().map((body) => body['text']),
    ['Most of it transfers [1].'],
  );
  assert.deepEqual(chat.connector.violations, []);
});

test('a connector that is down fails the turn alone, and the next one is answered', async (t) => {
  const chat = await startWelcomed(t);
  chat.connector.interfere = () => ({ status: 501, body: {} });
  await chat.say('how?');
  assert.equal(
    chat.logged.some(({ level }) => level === 'error'),
    true,
  );
  chat.connector.interfere = () => undefined;
  await chat.say('and now?');
  assert.equal(chat.shown().at(-1)?.['text'], 'Most of it transfers [1].');
});

test('a second message while a stream runs is answered after it, in a stream of its own', async (t) => {
  const gate = Promise.withResolvers<void>();
  const chat = await startWelcomed(
    t,
    speak((index) => (index === 1 ? gate.promise : undefined)),
  );
  const first = chat.say('one?');
  const second = chat.say('two?');
  gate.resolve();
  await Promise.all([first, second]);
  assert.equal(chat.shown().length, 2);
  assert.deepEqual(chat.connector.violations, []);
  const order = chat.connector.calls.map(({ body }) => String(body['replyToId']));
  assert.deepEqual(order, order.toSorted(), 'the answers mixed');
});

test('in a group there is no stream: typing, then one message', async (t) => {
  const chat = await startWelcomed(t);
  const sent = await chat.say('<at>Career Mentor</at> how?', {
    conversation: groupChat,
    entities: [mentionOfBot()],
  });
  assert.deepEqual(
    chat.connector.calls.map(({ body }) => body['type']),
    ['typing', 'message'],
  );
  assert.equal(sent.length, 1);
  assert.equal(sent[0]?.['text'], 'Most of it transfers [1].');
  assert.deepEqual(chat.connector.violations, []);
});
