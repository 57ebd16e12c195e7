import assert from 'node:assert/strict';
import { it } from 'node:test';
import { createEnvironmentSecretSource } from '#services/secrets/environment.ts';

it('finds what stands in the environment, and takes an empty value for none', async () => {
  const secrets = createEnvironmentSecretSource({ KEY: ' kept as it is ', EMPTY: '', BLANK: '  ' });
  assert.equal(await secrets.get('KEY'), ' kept as it is ');
  for (const name of ['EMPTY', 'BLANK', 'ABSENT', 'toString'])
    assert.equal(await secrets.get(name), undefined);
});
