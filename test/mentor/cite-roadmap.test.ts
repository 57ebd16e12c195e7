import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { MentorError } from '#errors.ts';
import { createRoadmaps } from '#mentor/cite-roadmap.ts';
import { roadmapStages } from '#mentor/plan-roadmap.ts';
import { builtInArticle, builtInPaths, builtInRoadmaps } from '#test/helpers/built-in-roadmaps.ts';

const paths = builtInPaths();
const llmLearner = {
  background: 'Python and FastAPI, some prompt engineering and LLM APIs',
  experienceLevel: 'junior',
} as const;

describe('a roadmap with its articles', () => {
  it('names for each step the passage under the question it begins with, by the step’s number', async () => {
    const roadmap = await builtInRoadmaps().open('ai_engineer', {});
    const steps = roadmapStages.flatMap((stage) => roadmap.stages[stage]);
    assert.equal(roadmap.citations.size, steps.length);
    for (const [at, { skill, learning }] of steps.entries()) {
      const citation = roadmap.citations.get(skill.id);
      assert.equal(citation?.number, at + 1);
      assert.equal(citation?.documentId, learning?.article);
      assert.equal(citation?.section, learning?.question);
      assert.match(citation?.sourceUrl ?? '', new RegExp(`^/articles/${learning?.article}#`));
      assert.ok((citation?.passage ?? '').length > 100);
    }
    assert.equal(roadmap.question, steps[0]?.learning?.question);
  });

  it('takes the next step out of an article that is about the first skill', async () => {
    const roadmap = await builtInRoadmaps().open('ai_engineer', llmLearner);
    const [first] = roadmap.stages.now;
    assert.equal(first?.skill.id, 'embeddings');
    const passages = await builtInArticle('skills-embeddings-vector-search');
    const steps = passages.find(({ part }) => part === 'next-steps')?.content ?? '';
    assert.ok(roadmap.nextStep !== undefined && steps.includes(roadmap.nextStep));
  });

  it('takes no next step out of an article that is about more than that', async () => {
    const roadmap = await builtInRoadmaps().open('ai_engineer', {});
    assert.equal(roadmap.stages.now[0]?.skill.id, 'python');
    assert.equal(roadmap.nextStep, undefined);
  });

  it('reads each article once', async () => {
    const read: string[] = [];
    const roadmaps = createRoadmaps(paths, {
      getDocument: (id) => {
        read.push(id);
        return builtInArticle(id);
      },
    });
    await roadmaps.open('data_scientist', {});
    assert.equal(new Set(read).size, read.length);
  });

  it('stands without articles that the knowledge base does not hold', async () => {
    const roadmaps = createRoadmaps(paths, { getDocument: async () => [] });
    const roadmap = await roadmaps.open('ai_engineer', {});
    assert.equal(roadmap.citations.size, 0);
    assert.equal(roadmap.question, undefined);
    assert.ok(roadmap.stages.now.length > 0);
  });

  it('begins an article anew whose heading is gone, and asks no question that is none', async () => {
    const roadmaps = createRoadmaps(paths, {
      getDocument: async (id) =>
        (await builtInArticle(id)).map((passage) => ({ ...passage, section: 'Renamed' })),
    });
    const roadmap = await roadmaps.open('ai_engineer', {});
    assert.equal(roadmap.citations.get('python')?.section, 'Renamed');
    assert.equal(roadmap.question, undefined);
  });

  it('says which articles are past their review', async () => {
    const later = createRoadmaps(
      paths,
      { getDocument: builtInArticle },
      () => new Date('2040-01-01'),
    );
    assert.deepEqual((await later.open('ai_engineer', {})).pastReview.slice(0, 2), [1, 2]);
    assert.deepEqual((await builtInRoadmaps().open('ai_engineer', {})).pastReview, []);
  });

  it('fails as the index fails, and for a role that is not there', async () => {
    const failure = new MentorError('search-unavailable', 'down');
    const roadmaps = createRoadmaps(paths, { getDocument: () => Promise.reject(failure) });
    await assert.rejects(roadmaps.open('ai_engineer', {}), failure);
    await assert.rejects(roadmaps.open('beekeeper', {}), RangeError);
  });
});
