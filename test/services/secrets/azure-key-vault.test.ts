import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { inspect } from 'node:util';
import { CredentialUnavailableError } from '@azure/identity';
import type { MentorError } from '#errors.ts';
import { createKeyVaultSecretSource } from '#services/secrets/azure-key-vault.ts';
import { type Fault, type FaultProxy, startFaultProxy } from '#test/helpers/fault-proxy.ts';
import { type KeyVaultServer, startKeyVaultServer } from '#test/helpers/key-vault-server.ts';

describe('Key Vault', () => {
  let server: KeyVaultServer;
  let proxy: FaultProxy;
  before(async () => {
    server = await startKeyVaultServer({
      'AZURE-OPENAI-API-KEY': 'a-very-secret-key',
      MicrosoftAppPassword: 'another-one',
      'EMPTY-ONE': ' ',
      'SWITCHED-OFF': { disabled: true },
    });
    proxy = await startFaultProxy(server.port);
  });
  after(async () => {
    await proxy.close();
    await server.close();
  });

  const open = (
    options: { timeoutMs?: number; credential?: KeyVaultServer['credential'] } = {},
  ) => {
    proxy.heal();
    return createKeyVaultSecretSource({
      vaultUrl: `http://127.0.0.1:${proxy.port}`,
      credential: server.credential,
      ...options,
    });
  };

  it('gives a secret under the name of its setting, to an identity that answers the challenge', async () => {
    const secrets = open();
    assert.equal(await secrets.get('AZURE_OPENAI_API_KEY'), 'a-very-secret-key');
    assert.equal(await secrets.get('MicrosoftAppPassword'), 'another-one');
    assert.deepEqual(new Set(server.scopes), new Set(['https://vault.azure.net/.default']));
  });

  it('asks for nothing before it is needed, and for each secret once', async () => {
    const asked = server.asked.length;
    const secrets = open();
    assert.equal(server.asked.length, asked);
    await Promise.all([secrets.get('AZURE_OPENAI_API_KEY'), secrets.get('AZURE_OPENAI_API_KEY')]);
    await secrets.get('AZURE_OPENAI_API_KEY');
    assert.deepEqual(server.asked.slice(asked), ['AZURE-OPENAI-API-KEY']);
  });

  it('has none where the vault has none, or an empty one', async () => {
    assert.equal(await open().get('NOT_THERE'), undefined);
    assert.equal(await open().get('EMPTY_ONE'), undefined);
  });

  it('asks again after a failure', async () => {
    const secrets = open();
    proxy.fail({ status: 403 });
    await assert.rejects(secrets.get('AZURE_OPENAI_API_KEY'));
    proxy.heal();
    assert.equal(await secrets.get('AZURE_OPENAI_API_KEY'), 'a-very-secret-key');
  });

  it('waits as long as the service asks where it throttles', async () => {
    const secrets = open();
    proxy.fail({ status: 429, headers: { 'retry-after-ms': '1' } }, { times: 1 });
    assert.equal(await secrets.get('AZURE_OPENAI_API_KEY'), 'a-very-secret-key');
  });

  const faults: [string, Fault, { status?: number; isRetryable: boolean }][] = [
    ['401', { status: 401 }, { status: 401, isRetryable: false }],
    ['403', { status: 403 }, { status: 403, isRetryable: false }],
    ['a throttled service', { status: 429 }, { status: 429, isRetryable: true }],
    ['503', { status: 503 }, { status: 503, isRetryable: true }],
    ['a vault that hangs', 'hang', { isRetryable: true }],
    ['an answer that is cut', 'cut', { isRetryable: true }],
    [
      'something that is no vault',
      { status: 200, body: '<html>hello</html>', headers: { 'content-type': 'text/html' } },
      { isRetryable: true },
    ],
  ];
  for (const [what, fault, expected] of faults)
    it(`names the vault and the secret where it meets ${what}`, async () => {
      const secrets = open({ timeoutMs: 1_500 });
      proxy.fail(fault);
      const error = await failureOf(secrets.get('AZURE_OPENAI_API_KEY'));
      assert.deepEqual(error.details, { setting: 'AZURE_KEY_VAULT_URL', ...expected });
      assert.match(error.message, /AZURE-OPENAI-API-KEY/);
    });

  it('says so where a secret is disabled', async () => {
    const error = await failureOf(open().get('SWITCHED_OFF'));
    assert.equal(error.details['status'], 403);
    assert.match(error.message, /"SWITCHED-OFF".*AZURE_KEY_VAULT_URL/);
  });

  it('says so where nothing listens', async () => {
    const secrets = createKeyVaultSecretSource({
      vaultUrl: 'http://127.0.0.1:1',
      credential: server.credential,
    });
    const error = await failureOf(secrets.get('KEY'));
    assert.deepEqual(error.details, { setting: 'AZURE_KEY_VAULT_URL', isRetryable: true });
  });

  it('says so where no identity can sign in', async () => {
    const secrets = open({
      credential: {
        getToken: () => Promise.reject(new CredentialUnavailableError('nobody signed in')),
      },
    });
    const error = await failureOf(secrets.get('KEY'));
    assert.deepEqual(error.details, { setting: 'AZURE_KEY_VAULT_URL', isRetryable: false });
    assert.match(error.message, /no identity could sign in/);
  });

  it('shows no token and no secret in what it throws', async () => {
    const secrets = open();
    await secrets.get('AZURE_OPENAI_API_KEY');
    const token = await server.credential.getToken('scope');
    proxy.fail({ status: 403 });
    const error = await failureOf(secrets.get('MicrosoftAppPassword'));
    const shown = inspect(error, { depth: 20, showHidden: true });
    assert.ok(!shown.includes(token?.token ?? '') && !shown.includes('a-very-secret-key'));
  });

  it('refuses an address without TLS that is not on this machine, and a name that no vault takes', async () => {
    for (const vaultUrl of ['http://my-vault.vault.azure.net', 'my-vault', ''])
      assert.throws(() => createKeyVaultSecretSource({ vaultUrl, credential: server.credential }), {
        code: 'config-invalid',
      });
    await assert.rejects(open().get('a/b'), { code: 'config-invalid' });
  });
});

async function failureOf(work: Promise<unknown>): Promise<MentorError> {
  const error = await work.then(
    () => assert.fail('it should have been rejected'),
    (thrown: unknown) => thrown as MentorError,
  );
  assert.equal(error.code, 'data-unavailable');
  return error;
}
