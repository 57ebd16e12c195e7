import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { Activity } from 'botbuilder';
import { setTurnSignal } from '#bot/turn-keys.ts';
import { MentorError } from '#errors.ts';
import type { AnswerQuestion, MentorEvent } from '#mentor/answer.ts';
import { createBotHarness } from '#test/helpers/bot-harness.ts';
import {
  plainCapabilities,
  teamsCapabilities,
  webCapabilities,
} from '#test/helpers/recording-adapter.ts';
import { answer, citation } from '#test/helpers/scripted-mentor.ts';

/** A mentor that gives these events, then does what `end` does. */
function mentorOf(events: readonly MentorEvent[], end?: () => void): AnswerQuestion {
  return async function* () {
    yield* events;
    end?.();
  };
}

const twoWords: readonly MentorEvent[] = [
  { type: 'stage', stage: 'understanding' },
  { type: 'stage', stage: 'searching' },
  { type: 'source-found', title: 'A', documentId: 'a' },
  { type: 'stage', stage: 'writing' },
  { type: 'text-delta', text: 'Most of ' },
  { type: 'text-delta', text: 'it transfers [1].' },
  { type: 'answer', answer: answer({ text: 'Most of it transfers [1].' }) },
];

/** Everything one question makes the bot send, the greeting before it left out. */
async function ask(
  harness: ReturnType<typeof createBotHarness>,
  text = 'how?',
): Promise<Activity[]> {
  await harness.join();
  harness.adapter.sent.length = 0;
  await harness.say(text);
  const offer = harness.adapter.sent.at(-1)?.text?.startsWith('If you tell me') ? -1 : undefined;
  return harness.adapter.sent.slice(0, offer);
}

describe('the reply stream', () => {
  it('is at work on the answer while the channel takes the first sign of it', async () => {
    const begun = Promise.withResolvers<'begun'>();
    const harness = createBotHarness({
      async *answerQuestion() {
        begun.resolve('begun');
        yield* twoWords;
      },
    });
    let taken: string | undefined;
    harness.adapter.prepare = (context) => {
      context.onSendActivities(async (_context, [activity], next) => {
        if (activity?.type === 'typing')
          taken ??= await Promise.race([begun.promise, delay(5_000, 'never', { ref: false })]);
        return next();
      });
    };
    await ask(harness);
    assert.equal(taken, 'begun');
  });

  it('sends what is done, then the growing text, then one final message with the id of the first', async () => {
    const sent = await ask(createBotHarness({ answerQuestion: mentorOf(twoWords) }));
    assert.deepEqual(
      sent.map(({ type, text, channelData }) => ({
        type,
        text: text?.split('\n')[0],
        channelData,
      })),
      [
        {
          type: 'typing',
          text: 'Searching 100 articles ...',
          channelData: { streamType: 'informative', streamSequence: 1 },
        },
        {
          type: 'typing',
          text: 'Reading your question ...',
          channelData: { streamId: 'sent-1', streamType: 'informative', streamSequence: 2 },
        },
        {
          type: 'typing',
          text: 'Searching 100 articles ...',
          channelData: { streamId: 'sent-1', streamType: 'informative', streamSequence: 3 },
        },
        {
          type: 'typing',
          text: 'Writing ...',
          channelData: { streamId: 'sent-1', streamType: 'informative', streamSequence: 4 },
        },
        {
          type: 'typing',
          text: 'Most of',
          channelData: { streamId: 'sent-1', streamType: 'streaming', streamSequence: 5 },
        },
        {
          type: 'typing',
          text: 'Most of it transfers',
          channelData: { streamId: 'sent-1', streamType: 'streaming', streamSequence: 6 },
        },
        {
          type: 'message',
          text: 'Most of it transfers [1].',
          channelData: { streamId: 'sent-1', streamType: 'final' },
        },
      ],
    );
  });

  it('says the same in the entity that Teams reads and in the channel data that Web Chat reads', async () => {
    const sent = await ask(createBotHarness({ answerQuestion: mentorOf(twoWords) }));
    for (const { entities, channelData } of sent) {
      const info = entities?.find(({ type }) => type === 'streaminfo');
      assert.deepEqual(info, { type: 'streaminfo', ...channelData });
    }
  });

  it('gives Web Chat link definitions, the passage to open, a disclaimer and thumbs with the answer id', async () => {
    const sent = await ask(createBotHarness({ answerQuestion: mentorOf(twoWords) }));
    const final = sent.at(-1);
    assert.equal(
      final?.text,
      'Most of it transfers [1].\n\n[1]: cite:1 "From backend to AI engineer"',
    );
    const entity = final?.entities?.find(({ type }) => type === 'https://schema.org/Message');
    assert.deepEqual(entity, {
      type: 'https://schema.org/Message',
      '@type': 'Message',
      '@context': 'https://schema.org',
      '@id': '',
      additionalType: ['AIGeneratedContent'],
      keywords: ['AIGeneratedContent'],
      citation: [
        {
          '@type': 'Claim',
          position: 1,
          claimInterpreter: { '@type': 'Project', slogan: 'Put together from articles' },
          appearance: {
            '@type': 'DigitalDocument',
            name: 'From backend to AI engineer',
            abstract:
              'Most of it transfers. APIs, data and deployment stay useful. Add evaluation.',
            keywords: ['guide, reviewed 2026-11'],
            text: 'What transfers (guide, reviewed 2026-11)\n\nMost of it transfers\\. **APIs, data and deployment stay useful\\.** Add evaluation\\.\n\n[Open the article](<https://mentor.example/articles/career-backend-to-ai#what-transfers>)',
          },
        },
      ],
      potentialAction: [
        {
          '@type': 'LikeAction',
          '@id': '_:LikeAction-answer-1',
          actionStatus: 'PotentialActionStatus',
          answerId: 'answer-1',
        },
        {
          '@type': 'DislikeAction',
          '@id': '_:DislikeAction-answer-1',
          actionStatus: 'PotentialActionStatus',
          answerId: 'answer-1',
        },
      ],
    });
    assert.equal(JSON.stringify(final?.attachments).includes('This helped'), false);
  });

  it('gives Teams addresses instead of passages, its own feedback, at most twenty citations and short names', async () => {
    const citations = Array.from({ length: 25 }, (_, index) =>
      citation({ number: index + 1, title: 'T'.repeat(90), passage: 'word '.repeat(100) }),
    );
    const whole = answer({ citations, writtenBy: 'model' });
    const sent = await ask(
      createBotHarness({
        capabilities: teamsCapabilities,
        answerQuestion: mentorOf([{ type: 'answer', answer: whole }]),
      }),
    );
    const final = sent.at(-1);
    assert.equal(final?.text, whole.text);
    assert.deepEqual(final?.channelData, {
      feedbackLoop: { type: 'default' },
      streamId: 'sent-1',
      streamType: 'final',
    });
    const entity = final?.entities?.find(({ type }) => type === 'https://schema.org/Message');
    const claims = entity?.['citation'] as {
      claimInterpreter?: unknown;
      appearance: { name: string; abstract: string; url: string; text?: string };
    }[];
    assert.equal(claims.length, 20);
    assert.equal(claims[0]?.claimInterpreter, undefined);
    for (const { appearance } of claims) {
      assert.ok(appearance.name.length <= 80);
      assert.ok(appearance.abstract.length <= 160);
      assert.equal(appearance.text, undefined);
      assert.equal(
        appearance.url,
        'https://mentor.example/articles/career-backend-to-ai#what-transfers',
      );
    }
    assert.equal(entity?.['potentialAction'], undefined);
  });

  it('types once and sends one message where nothing can grow', async () => {
    const sent = await ask(
      createBotHarness({ capabilities: plainCapabilities, answerQuestion: mentorOf(twoWords) }),
    );
    assert.deepEqual(
      sent.map(({ type }) => type),
      ['typing', 'message'],
    );
    assert.equal(sent[0]?.text, undefined);
    assert.equal(sent[1]?.channelData, undefined);
  });

  it('sends growing text no more often than it may, and what waited with the next', async () => {
    const words = 'one two three four five '.split(' ').slice(0, 5);
    const harness = createBotHarness({
      streamIntervalMs: 10_000,
      answerQuestion: mentorOf([
        ...words.map((word) => ({ type: 'text-delta' as const, text: `${word} ` })),
        { type: 'answer', answer: answer({ text: words.join(' ') }) },
      ]),
    });
    const sent = await ask(harness);
    const grown = sent.filter(({ channelData }) => channelData?.streamType === 'streaming');
    assert.deepEqual(
      grown.map(({ text }) => text),
      ['one'],
    );
    assert.ok(sent.at(-1)?.text?.startsWith('one two three four five'));
  });

  it('begins anew when the text so far became void', async () => {
    const sent = await ask(
      createBotHarness({
        answerQuestion: mentorOf([
          { type: 'text-delta', text: 'Wrong beginning ' },
          { type: 'text-reset' },
          { type: 'text-delta', text: 'Right ' },
          { type: 'answer', answer: answer({ text: 'Right way [1].' }) },
        ]),
      }),
    );
    const texts = sent.slice(1).map(({ text }) => text?.split('\n')[0]);
    assert.deepEqual(texts, ['Wrong beginning', 'Right', 'Right way [1].']);
  });

  it('ends a stream that broke with what was shown and a polite sentence, and logs the code', async () => {
    const harness = createBotHarness({
      answerQuestion: mentorOf([{ type: 'text-delta', text: 'Most of it ' }], () => {
        throw new MentorError('model-unavailable', 'socket closed');
      }),
    });
    const sent = await ask(harness);
    const final = sent.at(-1);
    assert.equal(
      final?.text,
      'Most of it …\n\nMy language model is not answering just now; please try again in a minute.',
    );
    assert.deepEqual(final?.channelData, { streamId: 'sent-1', streamType: 'final' });
    assert.deepEqual(
      final?.suggestedActions?.actions.map(({ title, value }) => [title, value]),
      [['Try again', 'how?']],
    );
    assert.deepEqual(
      harness.logged.map(({ fields }) => (fields as { code?: string }).code),
      ['model-unavailable'],
    );
    const { messages } = await harness.conversations.listMessages('test:talk-1');
    assert.deepEqual(
      messages.map(({ role, content }) => [role, content]),
      [['user', 'how?']],
      'the question is kept',
    );
  });

  it('turns an unexpected error, and an end without an answer, into a polite sentence too', async () => {
    const thrown = await ask(
      createBotHarness({
        answerQuestion: mentorOf([], () => {
          throw new TypeError('secret detail');
        }),
      }),
    );
    assert.equal(
      thrown.at(-1)?.text,
      'Something went wrong on my side; please try that once more.',
    );
    const silent = await ask(createBotHarness({ answerQuestion: mentorOf([]) }));
    assert.equal(
      silent.at(-1)?.text,
      'Something went wrong on my side; please try that once more.',
    );
  });

  it('goes on with one message where the channel refuses the growing text', async () => {
    const harness = createBotHarness({ answerQuestion: mentorOf(twoWords) });
    harness.adapter.refuse = ({ channelData }) => channelData?.streamType === 'streaming';
    const sent = await ask(harness);
    assert.equal(sent.at(-1)?.type, 'message');
    assert.ok(sent.at(-1)?.text?.startsWith('Most of it transfers [1].'));
  });

  it('hands the turn’s signal on, and when it is stopped sends nothing more and rejects', async () => {
    const stop = new AbortController();
    let given: AbortSignal | undefined;
    const harness = createBotHarness({
      async *answerQuestion(_question, { signal } = {}) {
        given = signal;
        yield { type: 'text-delta', text: 'Most of it ' };
        stop.abort(new Error('shutting down'));
        throw new Error('aborted');
      },
    });
    await harness.join();
    harness.adapter.prepare = (context) => setTurnSignal(context, stop.signal);
    await assert.rejects(harness.say('how?'), /shutting down/);
    assert.equal(given?.aborted, true);
    assert.equal(harness.adapter.sent.at(-1)?.text, 'Most of it');
  });

  it('never lets a model’s images, links, definitions or HTML through, growing or final', async () => {
    const evil =
      'See [here](https://evil.example/x) ![pixel](https://evil.example/p.png) <img src=https://evil.example/i> ' +
      'www.evil.example [1] done.\n[1]: https://evil.example "x"\n';
    const sent = await ask(
      createBotHarness({
        capabilities: { ...webCapabilities },
        answerQuestion: mentorOf([
          ...[...evil].map((letter) => ({ type: 'text-delta' as const, text: letter })),
          { type: 'answer', answer: answer({ text: evil, writtenBy: 'model' }) },
        ]),
      }),
    );
    for (const { text = '' } of sent) {
      assert.doesNotMatch(text, /\]\(|!\[|<img|https?:|www\./);
      assert.doesNotMatch(text, /\]:(?!\s*cite:)/);
    }
    const grown = sent.filter(({ channelData }) => channelData?.streamType === 'streaming');
    for (const [index, { text = '' }] of grown.entries())
      assert.ok(text.startsWith(grown[index - 1]?.text ?? ''), 'text only grows');
    assert.match(
      sent.at(-1)?.text ?? '',
      /^See here pixel < img src=evil\.example\/i> evil\.example \[1\] done\./,
    );
  });
});
