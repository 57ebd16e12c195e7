import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  questionKinds,
  type RelevanceLabel,
  readLabelledQuestions,
  readOtherLanguageQuestions,
  splits,
} from './labelled-questions.ts';
import { openMentorUnderTest } from './open-mentor.ts';
import { biasPairSchema, readBiasPairs } from './sets/bias.ts';

const mentor = await openMentorUnderTest('extractive');
const titles = new Map<string, Set<string>>();
const waysToAsk = new Set<string>();
for (const { documentId } of await mentor.index.listDocuments()) {
  const passages = await mentor.index.getDocument(documentId);
  const body = passages.filter(({ part }) => part === 'body');
  for (const { questions } of body)
    for (const question of questions) waysToAsk.add(question.toLowerCase());
  titles.set(documentId, new Set(body.map(({ section }) => section)));
}
await mentor.close();

function assertNamesPassages(id: string, labels: readonly RelevanceLabel[]): void {
  for (const { documentId, section } of labels) {
    const sections = titles.get(documentId);
    assert.ok(sections, `${id}: there is no article ${documentId}`);
    assert.ok(section === undefined || sections.has(section), `${id}: no section "${section}"`);
  }
}

for (const split of splits)
  describe(`the questions of ${split}`, () => {
    const questions = readLabelledQuestions(split);

    it('are labelled with passages that the articles have', () => {
      for (const { id, relevant } of questions) assertNamesPassages(id, relevant);
    });

    it('stand under ids of their own', () => {
      assert.equal(new Set(questions.map(({ id }) => id)).size, questions.length);
    });

    it('name what answers them, unless nothing does', () => {
      for (const { id, kind, relevant } of questions) {
        const isAnswerable = kind !== 'unanswerable' && kind !== 'other-career';
        const isAnswered = relevant.some(({ grade }) => grade === 2);
        assert.equal(isAnswered, isAnswerable, id);
      }
    });

    it('are of every kind', () => {
      for (const kind of questionKinds)
        assert.ok(questions.filter((one) => one.kind === kind).length >= 10, kind);
    });
  });

describe('the test split', () => {
  const questions = readLabelledQuestions('test');
  const countOf = (kind: string) => questions.filter((one) => one.kind === kind).length;

  it('has as many questions of each kind as the figures need', () => {
    assert.ok(questions.length >= 320);
    assert.ok(countOf('typo') >= 60);
    assert.ok(countOf('follow-up') >= 60);
    assert.ok(countOf('unanswerable') >= 40);
  });

  it('asks about nearly every article', () => {
    const asked = new Set(
      questions.flatMap(({ relevant }) => relevant.map(({ documentId }) => documentId)),
    );
    const left = [...titles.keys()].filter((id) => !asked.has(id));
    assert.ok(left.length <= titles.size / 20, `no question about ${left.join(', ')}`);
  });

  it('asks nothing that an article lists as a way to ask in the same words', () => {
    const listed = questions.filter(({ question }) => waysToAsk.has(question.toLowerCase()));
    assert.deepEqual(listed, []);
  });

  it('asks nothing that the development questions ask in the same words', () => {
    const known = new Set(
      readLabelledQuestions('dev')
        .filter(({ history, profile }) => history.length === 0 && profile === undefined)
        .map(({ question }) => question.toLowerCase()),
    );
    const single = questions.filter(({ history, profile }) => !history.length && !profile);
    assert.deepEqual(
      single.filter(({ question }) => known.has(question.toLowerCase())),
      [],
    );
  });
});

it('labels questions in other languages with passages that the articles have', () => {
  for (const split of splits)
    for (const { id, relevant } of readOtherLanguageQuestions(split))
      assertNamesPassages(id, relevant);
});

it('has pairs for each thing that must not matter, about the path and about pay', () => {
  const { changed, about } = biasPairSchema.shape;
  for (const split of splits) {
    const pairs = readBiasPairs(split);
    assert.ok(pairs.length >= 60);
    for (const thing of changed.options)
      for (const topic of about.options)
        assert.ok(
          pairs.some((pair) => pair.changed === thing && pair.about === topic),
          `${thing}, ${topic} in ${split}`,
        );
  }
});
