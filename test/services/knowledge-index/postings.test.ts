import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileQuery } from '#services/knowledge-index/ranking/compile-query.ts';
import { createPostings } from '#services/knowledge-index/ranking/postings.ts';
import {
  createStemNumbers,
  preparePassage,
} from '#services/knowledge-index/ranking/prepare-passage.ts';
import { makePassage } from '#test/helpers/make-passage.ts';

const numbers = createStemNumbers();
const passages = [
  makePassage({ id: 'a#0', title: 'Cooking', section: 'Soup', content: 'Salt and docker.' }),
  makePassage({ id: 'b#0', title: 'Docker', section: 'What is docker?', content: 'Containers.' }),
  makePassage({ id: 'c#0', title: 'Sleep', section: 'Beds', content: 'Nothing of that.' }),
].map((document) => preparePassage({ ...document, tags: [] }, numbers));
const postings = createPostings(passages);
const rarity = { inverseFrequencyOf: () => 1 };

function find(word: string, limit: number): string[] {
  const query = compileQuery([{ word, stem: word, alternatives: [] }], numbers, rarity);
  return postings.candidates(query, limit).map(({ document }) => document.id);
}

test('passages that hold the word are found, those with it in a heading first', () => {
  assert.deepEqual(find('docker', 10), ['b#0', 'a#0']);
});

test('no more are given than were asked for, and none for a word of no passage', () => {
  assert.deepEqual(find('docker', 1), ['b#0']);
  assert.deepEqual(find('kubernet', 10), []);
});
