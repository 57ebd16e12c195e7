import assert from 'node:assert/strict';
import { it } from 'node:test';
import { figureValue, sampleQuestion } from '#test/evals/sample-evaluation.ts';
import { makePassage } from '#test/helpers/make-passage.ts';
import { sampleRetrieved } from '#test/mentor/passage-samples.ts';
import { type RetrievedQuestion, recallByKind, scoreRetrieval } from './retrieval.ts';

const vectors = { documentId: 'vectors', section: 'What is a vector?', grade: 2 } as const;

/** What was found, as `article > section`; the first ones are evidence. */
function found(
  names: readonly string[],
  evidence: number,
  question = sampleQuestion([vectors]),
): RetrievedQuestion {
  const documents = names.map((name, index) => {
    const [documentId = '', section = ''] = name.split(' > ');
    return makePassage({ documentId, section, chunkIndex: index });
  });
  const passages = documents
    .slice(0, evidence)
    .map((document, index) => ({ ...sampleRetrieved(index + 1), document }));
  return { question, retrieval: { passages, nearest: documents } };
}

it('counts a question as found when one passage that answers it is evidence', () => {
  const other = sampleQuestion([vectors, { documentId: 'arrays', grade: 2 }]);
  const { figures } = scoreRetrieval('retrieval', 'test', [
    found(['vectors > What is a vector?', 'lists > x'], 2),
    found(['lists > x', 'arrays > any'], 2, other),
    found(['lists > x', 'vectors > Another section'], 2),
    found(['vectors > What is a vector?'], 0),
  ]);
  assert.equal(figureValue(figures, 'retrieval.test.recallAt5'), 0.5);
  assert.equal(figureValue(figures, 'retrieval.test.allRecallAt5'), 1.5 / 4);
  assert.equal(figureValue(figures, 'retrieval.test.mrr'), (1 + 1 / 2 + 0 + 1) / 4);
});

it('takes no passage that only helps for an answer', () => {
  const question = sampleQuestion([vectors, { documentId: 'lists', grade: 1 }]);
  const { figures } = scoreRetrieval('retrieval', 'dev', [found(['lists > x'], 1, question)]);
  assert.equal(figureValue(figures, 'retrieval.dev.recallAt5'), 0);
  assert.equal(figureValue(figures, 'retrieval.dev.mrr'), 0);
  assert.ok((figureValue(figures, 'retrieval.dev.ndcgAt10') ?? 0) > 0);
});

it('says of each miss what went wrong', () => {
  const { failures } = scoreRetrieval('retrieval', 'dev', [
    found(['vectors > What is a vector?'], 1),
    found(['vectors > What is a vector?'], 0),
    found(['lists > x', 'vectors > What is a vector?'], 1),
    found(['vectors > Another section'], 1),
    found(['lists > x'], 1),
    found(['lists > x'], 0),
  ]);
  assert.deepEqual(
    failures.map(({ cause }) => cause),
    [
      'found, and everything below the floor for evidence',
      'found, and ranked behind the five',
      'the right article, another section',
      'another article',
      'nothing found, and everything below the floor',
    ],
  );
  assert.match(failures[0]?.details ?? '', /want 2: vectors > What is a vector\?/);
});

it('keeps the failures of the test split to itself', () => {
  const { failures } = scoreRetrieval('retrieval', 'test', [found(['lists > x'], 1)]);
  assert.deepEqual(failures, []);
});

it('shows the recall of each kind, where there are several', () => {
  const typo = sampleQuestion([vectors], { kind: 'typo' });
  const plain = found(['vectors > What is a vector?'], 1);
  assert.deepEqual(recallByKind('dev', [plain]), []);
  const figures = recallByKind('dev', [plain, found(['lists > x'], 1, typo)]);
  assert.equal(figureValue(figures, 'retrieval.dev.plain.recallAt5'), 1);
  assert.equal(figureValue(figures, 'retrieval.dev.typo.recallAt5'), 0);
});
