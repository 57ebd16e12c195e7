import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judgePerson, judgeTurn } from './judge.ts';

const turn = { conversationKey: 'directline:c', activityId: 'c|1', isOwed: true };
const answer = { id: 'c|2', text: 'Begin with Python [1].', isAnswer: true, isNamed: true };
const greeting = { id: 'c|0', text: 'Hello', isAnswer: false, isNamed: true };
const none = { accepted: 1, answered: 0, apologised: 0, repeated: 0, sentAgain: 0, lost: 0 };

test('a turn with one answer is answered, whatever else was said', () => {
  assert.deepEqual(judgeTurn(turn, [greeting, answer]), { ...none, answered: 1 });
});

test('a turn that is owed an answer and has none is lost, unless the person was told so', () => {
  assert.deepEqual(judgeTurn(turn, [greeting]), { ...none, lost: 1 });
  const sorry = { ...greeting, id: 'c|2', text: 'I could not answer that.' };
  assert.deepEqual(judgeTurn(turn, [sorry]), { ...none, apologised: 1 });
  assert.equal(judgeTurn({ ...turn, isOwed: false }, []).lost, 0);
});

test('a second answer is a repetition where one of them has a name, and was sent again where none has', () => {
  const other = { ...answer, id: 'c|3', text: 'Begin with statistics [1].' };
  const count = (...named: readonly boolean[]) => {
    const said = [answer, other].map((one, index) => ({ ...one, isNamed: named[index] === true }));
    const { repeated, sentAgain } = judgeTurn(turn, said);
    return { repeated, sentAgain };
  };
  assert.deepEqual(count(true, true), { repeated: 1, sentAgain: 0 });
  assert.deepEqual(count(true, false), { repeated: 1, sentAgain: 0 });
  assert.deepEqual(count(false, false), { repeated: 0, sentAgain: 1 });
});

test('who judges names each turn that went wrong, with what came back for it', () => {
  const echo = { ...greeting, id: 'c|3' };
  const replies = new Map([['c|1', [greeting, echo, answer]]]);
  const { offences } = judgePerson({ asked: [turn] }, replies);
  assert.deepEqual(offences, [
    {
      kind: 'repeated',
      conversationKey: 'directline:c',
      activityId: 'c|1',
      details: ['message c|0: Hello', 'message c|3: Hello', 'answer c|2: Begin with Python [1].'],
    },
  ]);
});
