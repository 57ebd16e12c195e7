import assert from 'node:assert/strict';
import { it } from 'node:test';
import { answerCiting, declinedAnswer, figureValue } from '#test/evals/sample-evaluation.ts';
import { openBotPlay, type Reply, readConversation, scoreConversations } from './conversations.ts';

const answer = answerCiting('Ask early [1]. Will you?', [['pay', 'Ask early.']]);
const reply: Reply = { text: 'Ask early. Will you?', words: 'Ask early.\nSources', answer };

function score(checks: readonly string[], given: Reply) {
  const text = ['# A talk', '> hello', ...checks.map((check) => `? ${check}`)].join('\n');
  return scoreConversations([readConversation(text)], () => async () => given);
}

async function assertHolds(checks: readonly string[], given: Reply): Promise<void> {
  const { failures } = await score(checks, given);
  assert.deepEqual(failures, []);
}

it('checks what is said, cited, asked, and how long it is', async () => {
  await assertHolds(
    [
      'says early | late',
      'says SOURCES',
      'never says promise',
      'cites bread, pay',
      'cites something',
      'answers',
      'asks at most 1',
      'at most 5 words',
    ],
    reply,
  );
  await assertHolds(['declines', 'cites nothing'], { ...reply, answer: declinedAnswer });
});

it('names each check that does not hold', async () => {
  const { figures, failures } = await score(
    ['says late', 'never says early', 'cites bread', 'cites nothing', 'declines', 'asks at most 0'],
    reply,
  );
  assert.equal(failures.length, 6);
  assert.equal(figureValue(figures, 'conversations.checks'), 1 - 6 / 9);
  assert.equal(figureValue(figures, 'conversations.whole'), 0);
  assert.match(failures[0]?.details ?? '', /person: hello\nwanted: says late\nbot: Ask early/);
});

it('refuses a promise and a word of the instructions in every turn', async () => {
  const { failures } = await score([], { ...reply, words: 'I guarantee it.' });
  assert.equal(failures.length, 1);
});

it('refuses a line that it cannot read', () => {
  for (const line of ['? sings', 'hello', '? says a'])
    assert.throws(() => readConversation(`# A talk\n${line}`), /cannot read the line/);
});

it('plays against the whole bot, and hears the answer behind the card', async () => {
  const play = openBotPlay({
    answerQuestion: async function* () {
      yield { type: 'answer', answer };
    },
    matchRole: () => undefined,
    isCrisis: () => false,
    articleCount: () => 100,
  });
  const answered = await play('how do i ask for a raise');
  assert.equal(answered.answer, answer);
  assert.match(answered.words, /Ask early/);
  const thanked = await play('thanks');
  assert.equal(thanked.answer, undefined);
});
