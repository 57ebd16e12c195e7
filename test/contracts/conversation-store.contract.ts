import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { ConversationStore, Feedback } from '#services/conversations/port.ts';
import { awkwardTexts } from './awkward-text.ts';
import { makeAnswer, makeConversation, makeMessage, timeAt } from './conversation-samples.ts';

const like = (second = 0): Feedback => ({ reaction: 'like', at: timeAt(second) });
const dislike = (reason?: string): Feedback => ({
  reaction: 'dislike',
  at: timeAt(1),
  ...(reason !== undefined && { reason }),
});

/** What every ConversationStore promises; `open` gives an empty one. */
export function describeConversationStore(
  name: string,
  open: () => Promise<{ store: ConversationStore; close(): Promise<void> }>,
): void {
  describe(`ConversationStore: ${name}`, () => {
    let opened: Awaited<ReturnType<typeof open>>;
    let store: ConversationStore;
    beforeEach(async () => {
      opened = await open();
      store = opened.store;
    });
    afterEach(() => opened.close());

    const idsOf = async (conversationId = 'talk') =>
      (await store.listMessages(conversationId)).messages.map(({ messageId }) => messageId);
    const appendMany = async (count: number, from = 0) => {
      for (let index = from; index < from + count; index += 1)
        await store.appendTurn(makeConversation('talk'), [makeMessage(`m${index}`)]);
    };

    describe('a turn', () => {
      it('is unknown before it was written', async () => {
        assert.equal(await store.get('unknown'), undefined);
        assert.deepEqual(await store.listMessages('unknown'), { messages: [] });
        assert.deepEqual(await store.listConversations('nobody'), []);
      });

      it('creates the conversation, with its counters', async () => {
        await store.appendTurn(
          { ...makeConversation('talk'), conversationSummary: 'So far: nothing.' },
          [
            makeMessage('question', { timestamp: timeAt(1) }),
            makeAnswer('answer', { timestamp: timeAt(3) }),
          ],
        );
        assert.deepEqual(await store.get('talk'), {
          ...makeConversation('talk'),
          conversationSummary: 'So far: nothing.',
          createdAt: timeAt(1),
          updatedAt: timeAt(3),
          totalMessages: 2,
          totalTokensUsed: 120,
          engagementMetrics: { questions: 1, likes: 0, dislikes: 0 },
        });
      });

      it('gives its messages back as they were, in the order they were written', async () => {
        const messages = [
          makeAnswer('z', { timestamp: timeAt(9), feedback: dislike('too long') }),
          makeMessage('a', { timestamp: timeAt(1) }),
        ];
        await store.appendTurn(makeConversation('talk'), messages);
        assert.deepEqual(await store.listMessages('talk'), { messages });
      });

      it('adds to the counters of a conversation that goes on, and keeps when it began', async () => {
        await store.appendTurn(makeConversation('talk'), [makeMessage('q1'), makeAnswer('a1')]);
        await store.appendTurn(
          { ...makeConversation('talk'), userContext: { level: 'senior', goals: ['lead'] } },
          [
            makeMessage('q2', { timestamp: timeAt(60), tokensUsed: 5 }),
            makeAnswer('a2', { timestamp: timeAt(61) }),
          ],
        );
        const conversation = await store.get('talk');
        assert.equal(conversation?.totalMessages, 4);
        assert.equal(conversation?.totalTokensUsed, 245);
        assert.equal(conversation?.engagementMetrics.questions, 2);
        assert.equal(conversation?.createdAt, timeAt(0));
        assert.equal(conversation?.updatedAt, timeAt(61));
        assert.deepEqual(conversation?.userContext, { level: 'senior', goals: ['lead'] });
      });

      it('keeps the summary where it brings none, and replaces it where it does', async () => {
        const summaryAfter = async (messageId: string, summary?: string) => {
          const conversation = makeConversation('talk');
          await store.appendTurn(
            summary === undefined
              ? conversation
              : { ...conversation, conversationSummary: summary },
            [makeMessage(messageId)],
          );
          return (await store.get('talk'))?.conversationSummary;
        };
        assert.equal(await summaryAfter('m1'), undefined);
        assert.equal(await summaryAfter('m2', 'first'), 'first');
        assert.equal(await summaryAfter('m3'), 'first');
        assert.equal(await summaryAfter('m4', 'second'), 'second');
      });

      it('without messages creates the conversation, or brings what is known of the person up to date', async () => {
        await store.appendTurn(makeConversation('talk'), []);
        assert.equal((await store.get('talk'))?.totalMessages, 0);
        await store.appendTurn(
          { ...makeConversation('talk'), userContext: { level: 'senior' } },
          [],
        );
        assert.deepEqual((await store.get('talk'))?.userContext, { level: 'senior' });
      });

      it('changes nothing where it is delivered again', async () => {
        const turn = [makeMessage('q'), makeAnswer('a')];
        await store.appendTurn(makeConversation('talk'), turn);
        const before = await store.get('talk');
        await store.appendTurn(
          {
            ...makeConversation('talk'),
            userContext: { level: 'other' },
            conversationSummary: 'other',
          },
          turn.map((message) => ({ ...message, content: 'other', timestamp: timeAt(99) })),
        );
        assert.deepEqual(await store.get('talk'), before);
        assert.deepEqual((await store.listMessages('talk')).messages, turn);
      });

      it('counts only its new messages where some are stored already', async () => {
        await store.appendTurn(makeConversation('talk'), [makeMessage('q', { tokensUsed: 5 })]);
        await store.appendTurn(makeConversation('talk'), [
          makeMessage('q', { tokensUsed: 5 }),
          makeAnswer('a'),
          makeAnswer('a'),
        ]);
        const conversation = await store.get('talk');
        assert.deepEqual(await idsOf(), ['q', 'a']);
        assert.equal(conversation?.totalMessages, 2);
        assert.equal(conversation?.totalTokensUsed, 125);
        assert.equal(conversation?.engagementMetrics.questions, 1);
      });

      it('leaves nothing behind where one of its messages cannot be stored', async () => {
        const unstorable = makeMessage('bad', { tokensUsed: 1n as unknown as number });
        await assert.rejects(
          store.appendTurn(makeConversation('talk'), [makeMessage('good'), unstorable]),
        );
        assert.equal(await store.get('talk'), undefined);
        assert.deepEqual(await idsOf(), []);
      });

      it('side by side with others of the conversation is counted like each of them', async () => {
        await Promise.all(
          Array.from({ length: 20 }, (_, index) =>
            store.appendTurn(makeConversation('talk'), [
              makeMessage(`q${index}`),
              makeAnswer(`a${index}`),
            ]),
          ),
        );
        const conversation = await store.get('talk');
        assert.equal(conversation?.totalMessages, 40);
        assert.equal(conversation?.totalTokensUsed, 20 * 120);
        assert.equal(conversation?.engagementMetrics.questions, 20);
        const ids = await idsOf();
        assert.equal(new Set(ids).size, 40);
        for (let index = 0; index < 40; index += 2)
          assert.equal(ids[index]?.slice(1), ids[index + 1]?.slice(1), 'a turn stays together');
      });

      it('may use a message id that another conversation has', async () => {
        await store.appendTurn(makeConversation('talk'), [makeMessage('m', { content: 'one' })]);
        await store.appendTurn(makeConversation('other'), [
          makeMessage('m', { conversationId: 'other', content: 'two' }),
        ]);
        const contents = [];
        for (const id of ['talk', 'other'])
          contents.push((await store.listMessages(id)).messages.map(({ content }) => content));
        assert.deepEqual(contents, [['one'], ['two']]);
      });
    });

    describe('pages of messages', () => {
      it('go from the newest to the oldest, each page oldest first', async () => {
        await appendMany(5);
        const newest = await store.listMessages('talk', { limit: 2 });
        const middle = await store.listMessages('talk', { limit: 2, before: cursorOf(newest) });
        const oldest = await store.listMessages('talk', { limit: 2, before: cursorOf(middle) });
        assert.deepEqual(
          [newest, middle, oldest].map(({ messages }) =>
            messages.map(({ messageId }) => messageId),
          ),
          [['m3', 'm4'], ['m1', 'm2'], ['m0']],
        );
        assert.equal('olderCursor' in oldest, false);
      });

      it('end without a cursor where the last one is full', async () => {
        await appendMany(2);
        assert.equal('olderCursor' in (await store.listMessages('talk', { limit: 2 })), false);
      });

      it('hold fifty where no limit is given', async () => {
        const messages = Array.from({ length: 51 }, (_, index) => makeMessage(`m${index}`));
        await store.appendTurn(makeConversation('talk'), messages);
        const page = await store.listMessages('talk');
        assert.equal(page.messages.length, 50);
        assert.equal(page.messages[0]?.messageId, 'm1');
        assert.ok(page.olderCursor);
      });

      it('neither repeat nor miss a message while new ones arrive', async () => {
        await appendMany(4);
        const newest = await store.listMessages('talk', { limit: 2 });
        await appendMany(3, 4);
        const older = await store.listMessages('talk', { limit: 2, before: cursorOf(newest) });
        assert.deepEqual(
          older.messages.map(({ messageId }) => messageId),
          ['m0', 'm1'],
        );
        assert.equal('olderCursor' in older, false);
      });

      it('reject a cursor or a limit that is none', async () => {
        await appendMany(1);
        for (const before of ['', 'x', '-1', "1' OR 1=1"])
          await assert.rejects(store.listMessages('talk', { before }), { code: 'request-invalid' });
        for (const limit of [0, -1, 1.5, Number.NaN])
          await assert.rejects(store.listMessages('talk', { limit }), { code: 'request-invalid' });
      });
    });

    describe('feedback', () => {
      const reactionsOf = async () => {
        const { likes = -1, dislikes = -1 } = (await store.get('talk'))?.engagementMetrics ?? {};
        return { likes, dislikes };
      };
      beforeEach(() =>
        store.appendTurn(makeConversation('talk'), [makeMessage('q'), makeAnswer('a')]),
      );

      it('is stored on its message and counted', async () => {
        assert.equal(await store.setFeedback('talk', 'a', dislike("it isn't for me")), true);
        assert.deepEqual((await store.listMessages('talk')).messages, [
          makeMessage('q'),
          makeAnswer('a', { feedback: dislike("it isn't for me") }),
        ]);
        assert.deepEqual(await reactionsOf(), { likes: 0, dislikes: 1 });
      });

      it('is counted once where it is given again', async () => {
        await store.setFeedback('talk', 'a', like());
        await store.setFeedback('talk', 'a', like(5));
        assert.deepEqual(await reactionsOf(), { likes: 1, dislikes: 0 });
        assert.deepEqual((await store.listMessages('talk')).messages[1]?.feedback, like(5));
      });

      it('moves from one counter to the other where the reaction changes', async () => {
        await store.setFeedback('talk', 'a', dislike('wrong'));
        await store.setFeedback('talk', 'a', like());
        assert.deepEqual(await reactionsOf(), { likes: 1, dislikes: 0 });
        assert.deepEqual((await store.listMessages('talk')).messages[1]?.feedback, like());
        await store.setFeedback('talk', 'a', dislike());
        assert.deepEqual(await reactionsOf(), { likes: 0, dislikes: 1 });
      });

      it('of several messages adds up', async () => {
        await store.appendTurn(makeConversation('talk'), [makeAnswer('b'), makeAnswer('c')]);
        await store.setFeedback('talk', 'a', like());
        await store.setFeedback('talk', 'b', like());
        await store.setFeedback('talk', 'c', dislike());
        assert.deepEqual(await reactionsOf(), { likes: 2, dislikes: 1 });
      });

      it('that a message brings along counts too', async () => {
        await store.appendTurn(makeConversation('talk'), [makeAnswer('b', { feedback: like() })]);
        assert.deepEqual(await reactionsOf(), { likes: 1, dislikes: 0 });
      });

      it('on an unknown message or in another conversation changes nothing', async () => {
        await store.appendTurn(makeConversation('other'), []);
        assert.equal(await store.setFeedback('talk', 'unknown', like()), false);
        assert.equal(await store.setFeedback('other', 'a', like()), false);
        assert.equal(await store.setFeedback('unknown', 'a', like()), false);
        assert.deepEqual(await reactionsOf(), { likes: 0, dislikes: 0 });
        assert.deepEqual((await store.get('other'))?.engagementMetrics.likes, 0);
      });

      it('survives a second delivery of its message', async () => {
        await store.setFeedback('talk', 'a', like());
        await store.appendTurn(makeConversation('talk'), [makeMessage('q'), makeAnswer('a')]);
        assert.deepEqual((await store.listMessages('talk')).messages[1]?.feedback, like());
        assert.deepEqual(await reactionsOf(), { likes: 1, dislikes: 0 });
      });
    });

    describe('people', () => {
      it('see their own conversations only, the one that went on last first', async () => {
        const turn = (id: string, userId: string, second: number) =>
          store.appendTurn(makeConversation(id, userId), [
            makeMessage(`${id} ${second}`, { conversationId: id, timestamp: timeAt(second) }),
          ]);
        await turn('first', 'ada', 1);
        await turn('second', 'ada', 2);
        await turn('foreign', 'bob', 3);
        await turn('first', 'ada', 4);
        const idsFor = async (userId: string) =>
          (await store.listConversations(userId)).map(({ id }) => id);
        assert.deepEqual(await idsFor('ada'), ['first', 'second']);
        assert.deepEqual(await idsFor('bob'), ['foreign']);
        assert.deepEqual(await idsFor('Ada'), []);
        assert.deepEqual(await idsFor("ada' OR '1'='1"), []);
      });

      it('cannot go on with somebody else’s conversation', async () => {
        await store.appendTurn(makeConversation('talk', 'ada'), [makeMessage('m')]);
        const before = await store.get('talk');
        await assert.rejects(
          store.appendTurn(makeConversation('talk', 'bob'), [makeMessage('n')]),
          {
            code: 'not-allowed',
          },
        );
        assert.deepEqual(await store.get('talk'), before);
        assert.deepEqual(await idsOf(), ['m']);
        assert.deepEqual(await store.listConversations('bob'), []);
      });

      it('take all of their data with them, and nobody else’s', async () => {
        await store.appendTurn(makeConversation('one', 'ada'), [makeMessage('q'), makeAnswer('a')]);
        await store.appendTurn(makeConversation('two', 'ada'), [makeMessage('q')]);
        await store.appendTurn(makeConversation('foreign', 'bob'), [makeMessage('q')]);
        assert.deepEqual(await store.deleteUser('ada'), { conversations: 2, messages: 3 });
        assert.deepEqual(await store.deleteUser('ada'), { conversations: 0, messages: 0 });
        assert.deepEqual(await store.listConversations('ada'), []);
        assert.equal(await store.get('one'), undefined);
        assert.deepEqual(await idsOf('one'), []);
        assert.deepEqual(await idsOf('foreign'), ['q']);
        assert.equal((await store.get('foreign'))?.totalMessages, 1);
      });

      it('may delete one conversation, and keep the others', async () => {
        await store.appendTurn(makeConversation('talk', 'ada'), [
          makeMessage('q'),
          makeAnswer('a'),
        ]);
        await store.appendTurn(makeConversation('other', 'ada'), [makeMessage('q')]);
        assert.equal(await store.deleteConversation('talk'), true);
        assert.equal(await store.deleteConversation('talk'), false);
        assert.equal(await store.deleteConversation('unknown'), false);
        assert.equal(await store.get('talk'), undefined);
        assert.deepEqual(await idsOf('talk'), []);
        assert.deepEqual(await idsOf('other'), ['q']);
        assert.deepEqual(
          (await store.listConversations('ada')).map(({ id }) => id),
          ['other'],
        );
      });

      it('may say how satisfied they are, and the last time holds', async () => {
        await store.appendTurn({ ...makeConversation('talk'), satisfactionScore: 2 }, []);
        assert.equal((await store.get('talk'))?.satisfactionScore, 2);
        await store.appendTurn({ ...makeConversation('talk'), satisfactionScore: 5 }, []);
        await store.appendTurn(makeConversation('talk'), [makeMessage('q')]);
        assert.equal((await store.get('talk'))?.satisfactionScore, 5);
        assert.equal((await store.get('talk'))?.totalMessages, 1);
      });

      it('may begin a deleted conversation anew, with nothing left of the old one', async () => {
        await store.appendTurn(makeConversation('talk', 'ada'), [
          makeMessage('q'),
          makeAnswer('a'),
        ]);
        await store.deleteUser('ada');
        await store.appendTurn(makeConversation('talk', 'bob'), [makeMessage('q')]);
        assert.deepEqual(await idsOf(), ['q']);
        assert.equal((await store.get('talk'))?.totalMessages, 1);
      });
    });

    for (const [what, text] of Object.entries(awkwardTexts))
      it(`keeps ${what}`, async () => {
        await store.appendTurn({ ...makeConversation('talk'), userContext: { text } }, [
          makeMessage('m', { content: text }),
        ]);
        await store.setFeedback('talk', 'm', dislike(text));
        const [message] = (await store.listMessages('talk')).messages;
        assert.equal(message?.content, text);
        assert.equal(message?.feedback?.reason, text);
        assert.equal((await store.get('talk'))?.userContext['text'], text);
      });
  });
}

function cursorOf(page: { readonly olderCursor?: string }): string {
  assert.ok(page.olderCursor, 'there are older messages');
  return page.olderCursor;
}
