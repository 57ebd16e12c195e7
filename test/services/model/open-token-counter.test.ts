import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countTokens as countCl100k } from 'gpt-tokenizer/encoding/cl100k_base';
import { countTokens as countO200k } from 'gpt-tokenizer/encoding/o200k_base';
import { encodingOf, openTokenCounter } from '#services/model/open-token-counter.ts';

const text = 'Wie werde ich Data Engineer? Das frage ich mich seit Jahren. 日本語でも。';

test('each family of models is counted by its own encoding, also under the names of deployments', () => {
  const names = {
    cl100k_base: ['gpt-4', 'gpt-4-turbo', 'gpt-4-32k', 'gpt-35-turbo', 'prod-gpt-3.5-turbo'],
    o200k_base: ['gpt-4o', 'gpt-4o-mini', 'gpt-4.1', 'o3-mini', 'gpt-5', 'my-gpt-4o-eu'],
  };
  for (const [encoding, models] of Object.entries(names))
    for (const model of models) assert.equal(encodingOf(model), encoding, model);
  for (const model of ['llama3.1', 'mentor', 'phi-4', 'foo3'])
    assert.equal(encodingOf(model), undefined, model);
});

test('counts are exact for known models, and on the safe side for others', async () => {
  assert.notEqual(countO200k(text), countCl100k(text));
  assert.equal((await openTokenCounter('gpt-4o'))(text), countO200k(text));
  assert.equal((await openTokenCounter('gpt-4'))(text), countCl100k(text));
  assert.ok((await openTokenCounter('llama3.1'))(text) > countO200k(text));
});

test('what looks like a control token is counted as the text it is', async () => {
  for (const model of ['gpt-4o', 'gpt-4', 'llama3.1'])
    assert.ok((await openTokenCounter(model))('Say <|endoftext|> and <|im_start|>.') > 8, model);
});
