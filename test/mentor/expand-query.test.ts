import assert from 'node:assert/strict';
import { join } from 'node:path';
import { it } from 'node:test';
import { createQueryExpander } from '#mentor/expand-query.ts';
import { readTaxonomy } from '#mentor/taxonomy.ts';

const taxonomy = readTaxonomy(join(import.meta.dirname, '..', '..', 'knowledge'));
const expander = createQueryExpander(taxonomy);

const alternativesOf = (question: string, term: string) =>
  expander.expand(question).find((group) => group.term === term)?.alternatives ?? [];

it('widens abbreviations of roles and skills', () => {
  assert.ok(alternativesOf('what does an fde do', 'fde').includes('forward deployed engineer'));
  assert.ok(alternativesOf('k8s for beginners', 'k8s').includes('kubernetes'));
  assert.ok(alternativesOf('mle salary', 'mle').includes('machine learning engineer'));
});

it('widens a name of several words at each of them', () => {
  const names = alternativesOf('forward deployed engineer', 'deployed');
  assert.ok(names.includes('fde'));
});

it('takes cv for a resume or for computer vision by what stands around it', () => {
  assert.deepEqual(alternativesOf('can you review my cv', 'cv'), ['resume']);
  assert.deepEqual(alternativesOf('cv with opencv and yolo', 'cv'), ['computer vision']);
  assert.deepEqual(alternativesOf('cv', 'cv').toSorted(), ['computer vision', 'resume']);
});

it('takes function words for something only where the question says so', () => {
  assert.ok(alternativesOf('how much do they make', 'make').includes('salary'));
  assert.deepEqual(alternativesOf('how do i make a portfolio', 'make'), []);
  assert.ok(alternativesOf('should i learn go or rust', 'go').includes('golang'));
  assert.deepEqual(alternativesOf('where do i go from here', 'go'), []);
});

it('knows everyday phrases, even of function words alone', () => {
  assert.ok(alternativesOf('they let go half of us', 'let').includes('layoff'));
  assert.ok(alternativesOf('a job with no experience', 'experience').includes('first job'));
});

it('takes one member of a skill for the skill and not for another member', () => {
  const alternatives = alternativesOf('pinecone or something else', 'pinecone');
  assert.ok(alternatives.includes('vector databases'));
  assert.ok(!alternatives.includes('weaviate'));
});

it('leaves ordinary words alone that are names as well', () => {
  for (const word of ['next', 'solid', 'memory', 'rest'])
    assert.deepEqual(alternativesOf(`the ${word} please`, word), [], word);
});

it('names the roles of a question by their ids', () => {
  const ids = (text: string) =>
    expander
      .rolesIn(text)
      .map((role) => role.id)
      .toSorted();
  assert.deepEqual(ids('mle or data scientist?'), ['data_scientist', 'ml_engineer']);
  assert.deepEqual(ids('how do i become a nurse'), []);
});

it('says nothing of an empty question and survives an overlong one', () => {
  assert.deepEqual(expander.expand(''), []);
  assert.ok(expander.expand('mle '.repeat(30_000)).length >= 1);
});

it('points every ordinary word of the files to words, in lower case', () => {
  for (const [term, alternatives] of Object.entries(taxonomy.commonTerms)) {
    assert.equal(term, term.toLowerCase());
    assert.ok(!alternatives.includes(term), `${term} stands for itself`);
  }
});
