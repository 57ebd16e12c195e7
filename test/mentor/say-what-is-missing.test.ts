import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Answer, MentorEvent, UnreadPart } from '#mentor/answer.ts';
import { sayWhatIsMissing } from '#mentor/say-what-is-missing.ts';
import { answer } from '#test/helpers/scripted-mentor.ts';

/** What becomes of an answer, to a question for which these parts could not be looked at. */
async function honest(given: Answer, ...unread: UnreadPart[]): Promise<Answer> {
  const answerQuestion = sayWhatIsMissing(async function* (): AsyncGenerator<MentorEvent, void> {
    yield { type: 'stage', stage: 'searching' };
    yield { type: 'answer', answer: given };
  });
  const question = { text: 'and for seniors?', conversationId: 'talk', history: [], unread };
  const events = await Array.fromAsync(answerQuestion(question));
  assert.deepEqual(
    events.map(({ type }) => type),
    ['stage', 'answer'],
  );
  return (events.at(-1) as Extract<MentorEvent, { type: 'answer' }>).answer;
}

describe('an answer to a question for which not everything could be looked at', () => {
  it('is degraded, says so, and still says who wrote it', async () => {
    const { state, notice } = await honest(answer(), 'conversation');
    assert.equal(state, 'degraded');
    assert.match(notice ?? '', /could not look at our earlier conversation just now/);
    assert.match(notice ?? '', /no language model wrote it/);
  });

  it('names all that is missing, behind what it had to say itself', async () => {
    const given = answer({ notice: 'I stopped.', writtenBy: 'model' });
    const { notice } = await honest(given, 'conversation', 'profile');
    assert.match(notice ?? '', /^I stopped\. .* earlier conversation and your profile/);
    assert.doesNotMatch(notice ?? '', /no language model/);
    assert.match((await honest(answer(), 'profile')).notice ?? '', /your profile just now/);
  });

  it('stays as it is where nothing is missing, and where it is a reply of its own', async () => {
    const whole = answer();
    assert.equal(await honest(whole), whole);
    const declined = answer({ state: 'declined', writtenBy: 'fixed' });
    assert.equal(await honest(declined, 'conversation'), declined);
  });
});
