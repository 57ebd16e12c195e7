import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isReadableSign, sharedTopics, touchedPoints } from '#mentor/match-interview-points.ts';

const touches = (answer: string, ...signs: string[]) =>
  touchedPoints(answer, [{ signs }]).length === 1;

test('a sign is found in any form of its words, and in either spelling', () => {
  assert.ok(touches('We were measuring it for weeks.', 'measured'));
  assert.ok(touches('I prioritised the bugs.', 'prioritize'));
  assert.ok(touches('Their behaviour changed.', 'behavior'));
  assert.ok(!touches('I ate it.', 'measured'));
});

test('a long word may have one wrong letter, a short one none', () => {
  assert.ok(touches('we agreed on a comprimise', 'compromise'));
  assert.ok(!touches('we took the bus', 'bug'));
});

test('the words of a sign stand close together, in any order', () => {
  assert.ok(touches('the criteria for acceptance were clear', 'acceptance criteria'));
  assert.ok(
    !touches(
      'the acceptance came late, for the boss of our customer had lost his phone on holiday; criteria nobody knew',
      'acceptance criteria',
    ),
  );
});

test('function words alone must stand as they are', () => {
  assert.ok(touches('I did it so that they could rest', 'so that'));
  assert.ok(!touches('that was so long', 'so that'));
});

test('a number is a number in digits', () => {
  assert.ok(touches('from 12 minutes to 3', '#'));
  assert.ok(!touches('from twelve minutes to three', '#'));
});

test('what somebody did not do is not touched; a rule with "not" is', () => {
  assert.ok(!touches('I did not measure anything.', 'measured'));
  assert.ok(!touches("we didn't test it", 'test'));
  assert.ok(touches('A retry must not pay twice.', 'pay twice'));
  assert.ok(touches('nothing goes out without approval', 'approval'));
  assert.ok(touches('I did not only test it, I ran it for a week', 'test'));
});

test('a sign that says "not" wants it said', () => {
  assert.ok(touches('we could not measure the rest', 'not measure'));
  assert.ok(!touches('we measure the rest', 'not measure'));
});

test('each point is told by its place', () => {
  const points = [{ signs: ['cache'] }, { signs: ['queue'] }, { signs: ['index'] }];
  assert.deepEqual(touchedPoints('I would add an index and a cache.', points), [0, 2]);
});

test('a very long answer takes no time to speak of', () => {
  const long = 'we talked about the weather and the weather again '.repeat(2_000);
  assert.deepEqual(touchedPoints(long, [{ signs: ['idempotent retries', 'so that', '#'] }]), []);
});

test('what holds no word is no sign', () => {
  assert.equal(isReadableSign('—'), false);
  assert.equal(isReadableSign('#'), true);
  assert.equal(isReadableSign('so that'), true);
});

test('shared topics are counted once, function words never', () => {
  assert.equal(sharedTopics('the model and the models are late', 'a model of the data'), 1);
});
