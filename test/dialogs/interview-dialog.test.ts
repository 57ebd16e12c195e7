import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { TokenBudget } from '#bot/token-budget.ts';
import { MentorError } from '#errors.ts';
import { fixedReplies } from '#mentor/fixed-replies.ts';
import { buttonsOf, cardWords, createBotHarness } from '#test/helpers/bot-harness.ts';
import { builtInInterview } from '#test/helpers/built-in-interview.ts';
import { builtInArticle } from '#test/helpers/built-in-roadmaps.ts';
import { teamsCapabilities } from '#test/helpers/recording-adapter.ts';
import { scriptedHelper } from '#test/mentor/scripted-helper.ts';

const story =
  'Right now I look after patients at the Riverside hospital; last year I built a dashboard for it.';

async function begin(changes: Parameters<typeof createBotHarness>[0] = {}) {
  const harness = createBotHarness(changes);
  await harness.say('interview');
  const begun = await harness.say('AI engineer');
  return { ...harness, begun };
}

async function kept(harness: ReturnType<typeof createBotHarness>) {
  const { transcripts, storage, conversations } = harness;
  const page = await transcripts.getTranscriptActivities('test', 'talk-1');
  const { messages } = await conversations.listMessages('test:talk-1', { limit: 100 });
  const state = await storage.read(['test/conversations/talk-1/']);
  return {
    transcript: page.items.map(({ text }) => text ?? ''),
    all: JSON.stringify([page.items, messages, state, harness.logged]),
  };
}

describe('what is kept of a practice interview', () => {
  it('holds no word of an answer, neither while the round goes on nor after it', async () => {
    const harness = await begin();
    await harness.say(story);
    assert.doesNotMatch((await kept(harness)).all, /Riverside/);
    await harness.say('The Riverside database would break first, because of its connections.');
    await harness.say('Imagine a Riverside dam: it is like a cache.');
    const { all, transcript } = await kept(harness);
    assert.doesNotMatch(all, /Riverside/);
    assert.equal(transcript.filter((text) => /^\(an answer in a practice/.test(text)).length, 3);
    assert.ok(!transcript.includes(fixedReplies.wordsNotKept));
  });

  it('holds what was asked of the mentor in between, as always', async () => {
    const harness = await begin();
    await harness.say('what is a golden dataset?');
    assert.match((await kept(harness)).all, /golden dataset/);
  });
});

describe('a practice interview', () => {
  it('goes on after a restart, since all it needs is in the state', async () => {
    const before = await begin();
    await before.say(story);
    const { storage, profiles, conversations } = before;
    const after = createBotHarness({ storage, profiles, conversations });
    const [feedback, next] = await after.say('Our database would break first.');
    assert.match(feedback?.text ?? '', /Name what would break first/);
    assert.match(next?.text ?? '', /Question 3 of 3/);
  });

  it('is private: in a group it is refused', async () => {
    const { say } = createBotHarness();
    const [reply] = await say('interview', { isGroup: true });
    assert.match(reply?.text ?? '', /only show it when the two of us talk alone/);
  });

  it('ends politely while the articles cannot be reached, without a word about the answer', async () => {
    let isDown = false;
    const getDocument = async (id: string) => {
      if (isDown) throw new MentorError('search-unavailable', 'down');
      return builtInArticle(id);
    };
    const listDocuments = async () => {
      if (isDown) throw new MentorError('search-unavailable', 'down');
      return ['interview-recruiter-screen', 'interview-behavioral-star'].map((documentId) => ({
        documentId,
        title: '',
        category: '',
        collection: '',
        contentHash: '',
        chunkCount: 1,
      }));
    };
    const { say, logged } = await begin({
      interview: builtInInterview({ index: { getDocument, listDocuments } }),
    });
    isDown = true;
    const replies = await say(story);
    assert.equal(replies.length, 1);
    assert.match(replies[0]?.text ?? '', /cannot reach my sources.+"interview" begins a new round/);
    assert.deepEqual(buttonsOf(replies[0]), ['interview']);
    assert.ok(logged.some(({ message }) => message === 'a practice interview was cut off'));
    assert.match((await say('cancel'))[0]?.text ?? '', /nothing to cancel/);
    assert.equal((await say('interview')).length, 1);
    assert.match((await say('skip'))[0]?.text ?? '', /cannot reach my sources/);
  });

  it('says so where there are no articles to practice with', async () => {
    const index = { getDocument: async () => [], listDocuments: async () => [] };
    const { begun } = await begin({ interview: builtInInterview({ index }) });
    assert.deepEqual(
      begun.map(({ text }) => text),
      ['I have no articles for that just now, so there is nothing to practice with.'],
    );
  });

  it('is answered once by the mentor when somebody says how young they are, and goes on', async () => {
    const harness = await begin({ isUnderAge: (text) => /\bi am 1[0-5]\b/i.test(text) });
    const young = 'I am 14 and right now I build a game for my school.';
    const [answer, again] = await harness.say(young);
    assert.match(answer?.text ?? '', /Answer to "I am 14/);
    assert.match(again?.text ?? '', /Question 1 of 3/);
    const [feedback] = await harness.say(young);
    assert.match(feedback?.text ?? '', /Points in your answer/);
  });

  it('ends for somebody young who is in danger, and asks nothing more', async () => {
    const harness = await begin({ isUnderAge: (text) => /\bi am 1[0-5]\b/i.test(text) });
    const replies = await harness.say('I am 14 and I want to die');
    assert.deepEqual(
      replies.map(({ text }) => text),
      ['I am really glad you wrote this. Call or text 988.'],
    );
    assert.match((await harness.say('cancel'))[0]?.text ?? '', /nothing to cancel/);
  });

  it('counts what the model read against the budget, and goes by the words once that is spent', async () => {
    const { dependencies, requests } = scriptedHelper('{"made": []}');
    const spent: number[] = [];
    const tokenBudget: TokenBudget = {
      left: async () => assert.fail('nobody asked'),
      async require() {
        if (spent.length > 0) throw new MentorError('token-budget-spent', 'nothing left');
      },
      spend: async (_spender, tokens) => void spent.push(tokens),
    };
    const harness = await begin({ interview: builtInInterview(dependencies), tokenBudget });
    assert.match(cardWords((await harness.say(story))[0]), /A language model compared/);
    const [byWords] = await harness.say('Our database would break first.');
    assert.match(cardWords(byWords), /no language model read them/);
    assert.deepEqual([spent, requests.length], [[110], 1]);
  });

  it('shows its sources as the channel shows those of an answer', async () => {
    const harness = await begin({ capabilities: teamsCapabilities });
    const [feedback] = await harness.say(story);
    const [entity] = feedback?.entities ?? [];
    assert.equal(entity?.['citation']?.[0]?.position, 1);
    assert.match(cardWords(feedback), /Recruiter screen: 25 minutes that decide your loop/);
    assert.equal(feedback?.channelData, undefined);
  });

  it('takes questions for an answer where the interviewer wants to hear some', async () => {
    const choose = async () => ['design-start'];
    const harness = await begin({ interview: { ...builtInInterview(), choose } });
    const [feedback] = await harness.say('How many users write messages in one group?');
    assert.match(feedback?.text ?? '', /Ask about users, main actions and data volume \[1\]/);
  });
});
