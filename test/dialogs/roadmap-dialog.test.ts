import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { questionsOfTheUndecided, RoadmapDialog } from '#dialogs/roadmap-dialog.ts';
import { MentorError } from '#errors.ts';
import { createRoadmaps } from '#mentor/cite-roadmap.ts';
import { createQueryExpander } from '#mentor/expand-query.ts';
import { readTaxonomy } from '#mentor/taxonomy.ts';
import type { Profile } from '#services/profiles/port.ts';
import { buttonsOf, cardWords, createBotHarness } from '#test/helpers/bot-harness.ts';
import {
  builtInArticle,
  builtInPaths,
  builtInRoadmaps,
  knowledgeFolder,
} from '#test/helpers/built-in-roadmaps.ts';
import { plainCapabilities } from '#test/helpers/recording-adapter.ts';

const expander = createQueryExpander(readTaxonomy(knowledgeFolder));
const matchRole = (text: string) => expander.rolesIn(text)[0];

const ada: Profile = {
  userId: 'test:ada',
  careerGoals: [],
  specificInterests: [],
  updatedAt: '2026-11-23T00:00:00Z',
};

/** A harness whose person was greeted already, with this profile. */
async function meet(profile?: Partial<Profile>, changes?: Parameters<typeof createBotHarness>[0]) {
  const harness = createBotHarness({ matchRole, ...changes });
  if (profile !== undefined) await harness.profiles.put({ ...ada, ...profile });
  await harness.join();
  return harness;
}

describe('the roadmap dialog', () => {
  it('takes each role by the name under which it lists it', async () => {
    for (const { name } of builtInRoadmaps().roles) {
      const { say } = await meet();
      await say('roadmap');
      const [card] = await say(name);
      const [title, , role] = cardWords(card).split('\n');
      assert.deepEqual([title, role], ['Your roadmap', name]);
    }
  });

  it('does not ask whoever has said where they want to go, by role or in words', async () => {
    const byRole = await meet({ targetRole: 'data_analyst' });
    assert.match(cardWords((await byRole.say('roadmap'))[0]), /Data Analyst/);
    const inWords = await meet({ careerGoals: ['see the world', 'work as an ML engineer'] });
    assert.match(cardWords((await inWords.say('roadmap'))[0]), /Machine Learning Engineer/);
  });

  it('asks whoever aims at something there is no roadmap for', async () => {
    const { say } = await meet({ careerGoals: ['beekeeping'], targetRole: 'beekeeper' });
    const [question] = await say('roadmap');
    assert.equal(question?.text, 'Which role shall it lead to?');
  });

  it('says so where nothing is left to learn', async () => {
    const { say } = await meet({
      targetRole: 'ai_engineer',
      background: 'AI engineer',
      experienceLevel: 'senior',
    });
    const words = cardWords((await say('roadmap'))[0]);
    assert.match(words, /You have all that the role asks for at senior level/);
    assert.match(words, /There already: \n.* and more/);
    assert.doesNotMatch(words, /Next step|Now\n|No language model/);
    assert.match(words, /Another role/);
  });

  it('says so where it leads beyond what was asked for', async () => {
    const { say } = await meet({
      targetRole: 'ai_engineer',
      background: 'AI engineer',
      experienceLevel: 'junior',
    });
    const words = cardWords((await say('roadmap'))[0]);
    assert.match(words, /so it leads on to mid level/);
    assert.match(words, /from working to practitioner level/);
  });

  it('says that it found no skills in what somebody told, and how to tell more', async () => {
    const { say } = await meet({ targetRole: 'data_analyst', background: 'nurse' });
    const words = cardWords((await say('roadmap'))[0]);
    assert.match(words, /Because you told me: nurse\. I found none of its skills/);
  });

  it('counts "Nothing yet" as nothing told', async () => {
    const { say } = await meet({ targetRole: 'data_analyst', closestWork: 'Nothing yet' });
    const words = cardWords((await say('roadmap'))[0]);
    assert.match(words, /\nYou have told me nothing of your skills, so it begins at the start\.\n/);
    assert.match(words, /Tell you about me/);
  });

  it('begins at the start, and says why, where the profile cannot be read', async () => {
    const { profiles } = createBotHarness();
    const { say } = await meet(undefined, {
      profiles: {
        ...profiles,
        get: () => Promise.reject(new MentorError('data-unavailable', 'down')),
      },
    });
    await say('roadmap');
    const words = cardWords((await say('AI engineer'))[0]);
    assert.match(words, /I cannot look at your profile just now, so it begins at the start/);
  });

  it('offers to try again where the articles cannot be read, and lets the dialog end', async () => {
    let isDown = true;
    const roadmaps = createRoadmaps(builtInPaths(), {
      getDocument: (id) =>
        isDown ? Promise.reject(new MentorError('search-unavailable', 'down')) : builtInArticle(id),
    });
    const { say, logged } = await meet({ targetRole: 'ai_engineer' }, { roadmaps });
    const [apology] = await say('roadmap');
    assert.match(apology?.text ?? '', /^I cannot reach my sources just now/);
    assert.deepEqual(buttonsOf(apology), ['Try again']);
    assert.equal(logged.at(-1)?.message, 'a roadmap could not be made');
    isDown = false;
    assert.match(cardWords((await say('roadmap'))[0]), /Your roadmap/);
  });

  it('shows a long one whole in a channel with short messages', async () => {
    const { say } = await meet(
      { targetRole: 'ai_engineer', background: 'x '.repeat(240), closestWork: 'y '.repeat(240) },
      { capabilities: { ...plainCapabilities, suggestedActions: false, maxTextLength: 4_000 } },
    );
    const [message] = await say('roadmap');
    assert.ok((message?.text ?? '').length < 4_000);
    assert.match(message?.text ?? '', /No language model wrote it\.\n\n- Which programming/);
  });

  it('stays between the two', async () => {
    const { say } = await meet();
    const [reply] = await say('roadmap', { conversationId: 'team', isGroup: true });
    assert.match(reply?.text ?? '', /only show it when the two of us talk alone/);
  });

  it('offers questions to the undecided that are headings of our article', async () => {
    const sections = (await builtInArticle('career-ai-vs-ml-vs-ds-faq')).map(
      ({ section }) => section,
    );
    for (const question of questionsOfTheUndecided) assert.ok(sections.includes(question));
    assert.equal(RoadmapDialog.dialogId, 'roadmap');
  });
});
