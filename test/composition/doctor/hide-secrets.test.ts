import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSecretHider } from '#composition/doctor/hide-secrets.ts';

test('whatever a secret setting holds is taken out of a text, also in part', () => {
  const hide = createSecretHider({
    OPENAI_API_KEY: ' sk-1234567890 ',
    REDIS_URL: 'rediss://ada:pass%2Fword@cache.example:6380',
    AZURE_STORAGE_CONNECTION_STRING: 'AccountName=mine;AccountKey=YWJjZGVm==;EndpointSuffix=x',
  });
  for (const secret of ['sk-1234567890', 'pass%2Fword', 'pass/word', 'YWJjZGVm=='])
    assert.equal(hide(`before ${secret} after`), 'before [hidden] after', secret);
  assert.equal(hide('rediss://ada:pass%2Fword@cache.example:6380'), '[hidden]');
});

test('what is no secret stays, and so do words that a short value happens to be', () => {
  const hide = createSecretHider({ OPENAI_API_KEY: 'none', PORT: 'abcdefgh' });
  assert.equal(hide('none of abcdefgh'), 'none of abcdefgh');
});
