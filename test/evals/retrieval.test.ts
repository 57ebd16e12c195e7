import assert from 'node:assert/strict';
import { it } from 'node:test';
import { questionKinds, readLabelledQuestions } from './labelled-questions.ts';
import { summarise } from './report.ts';
import { openArticles, runQuestion } from './run-retrieval.ts';

const questions = readLabelledQuestions();
const dependencies = await openArticles();
const development = questions.filter((question) => question.split === 'dev');
const results = [];
for (const question of development) results.push(await runQuestion(question, dependencies));
const summary = new Map(summarise(results).map((group) => [group.kind, group]));

it('labels only passages that the articles have', async () => {
  for (const { id, relevant } of questions)
    for (const { documentId, section } of relevant) {
      const passages = await dependencies.index.getDocument(documentId);
      assert.ok(passages.length > 0, `${id}: no article ${documentId}`);
      const named = passages.some(
        (passage) => passage.part === 'body' && passage.section === section,
      );
      assert.ok(section === undefined || named, `${id}: no section "${section}" in ${documentId}`);
    }
});

it('asks every kind of question in both splits, under ids of their own', () => {
  assert.equal(new Set(questions.map((question) => question.id)).size, questions.length);
  for (const kind of questionKinds)
    for (const split of ['dev', 'test'])
      assert.ok(
        questions.filter((question) => question.kind === kind && question.split === split).length >=
          6,
        `${kind} in ${split}`,
      );
});

it('labels what answers each question that can be answered', () => {
  for (const { id, kind, relevant } of questions) {
    const isAnswerable = kind !== 'unanswerable' && kind !== 'other-career';
    assert.equal(
      relevant.some((label) => label.grade === 2),
      isAnswerable,
      id,
    );
  }
});

/** A little under what was measured when the weights were last tuned; the kinds differ in how hard they are. */
const floors = [
  { kind: 'answerable', recallAt5: 0.85, ndcgAt10: 0.82 },
  { kind: 'plain', recallAt5: 0.89, ndcgAt10: 0.83 },
  { kind: 'typo', recallAt5: 0.88, ndcgAt10: 0.8 },
  { kind: 'abbreviation', recallAt5: 0.87, ndcgAt10: 0.88 },
  { kind: 'follow-up', recallAt5: 0.93, ndcgAt10: 0.85 },
  { kind: 'paraphrase', recallAt5: 0.6, ndcgAt10: 0.68 },
  { kind: 'profile', recallAt5: 0.8, ndcgAt10: 0.76 },
] as const;

for (const floor of floors)
  it(`finds what answers the development questions: ${floor.kind}`, () => {
    const measured = summary.get(floor.kind);
    assert.ok((measured?.recallAt5 ?? 0) >= floor.recallAt5, `recall@5 ${measured?.recallAt5}`);
    assert.ok((measured?.ndcgAt10 ?? 0) >= floor.ndcgAt10, `nDCG@10 ${measured?.ndcgAt10}`);
  });

it('has evidence for nearly every question that can be answered', () => {
  assert.ok((summary.get('answerable')?.withoutEvidence ?? 1) <= 0.03);
});

it('has no evidence for most of what the articles do not answer', () => {
  assert.ok((summary.get('not answerable')?.withoutEvidence ?? 0) >= 0.87);
});
