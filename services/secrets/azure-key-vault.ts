import type { TokenCredential } from '@azure/identity';
import { SecretClient } from '@azure/keyvault-secrets';
import { MentorError } from '#errors.ts';
import { type CachedSuccess, cacheSuccess } from '#services/azure/cache-success.ts';
import { keyVaultService } from '#services/azure/service-settings.ts';
import { httpStatusOf, toStoreError } from '#services/azure/to-store-error.ts';
import { defaultTimeoutMs, withDeadline } from '#services/azure/with-deadline.ts';
import type { SecretSource } from './port.ts';

export interface KeyVaultOptions {
  readonly vaultUrl: string;
  readonly credential: TokenCredential;
  /** How long one secret may take to come, tries included. */
  readonly timeoutMs?: number;
}

/**
 * Secrets of an Azure Key Vault: `AZURE_OPENAI_API_KEY` is the one named `AZURE-OPENAI-API-KEY`, for a vault takes no
 * underscores. Each is fetched when it is first asked for, and then kept until the program ends. A vault that cannot be read
 * rejects with `data-unavailable`, which names AZURE_KEY_VAULT_URL and the secret, and never its value.
 */
export function createKeyVaultSecretSource(options: KeyVaultOptions): SecretSource {
  const { timeoutMs = defaultTimeoutMs } = options;
  const client = createClient(options);
  const secrets = new Map<string, CachedSuccess<string | undefined>>();

  const fetchSecret = async (vaultName: string): Promise<string | undefined> => {
    try {
      const { value } = await withDeadline(timeoutMs, (abortSignal) =>
        client.getSecret(vaultName, { abortSignal }),
      );
      return value?.trim() ? value : undefined;
    } catch (error) {
      if (httpStatusOf(error) === 404) return undefined;
      throw toStoreError(error, keyVaultService, `reading the secret "${vaultName}"`);
    }
  };

  return {
    async get(name) {
      const vaultName = toVaultName(name);
      const secret = secrets.get(vaultName) ?? cacheSuccess(() => fetchSecret(vaultName));
      secrets.set(vaultName, secret);
      return await secret.get();
    },
  };
}

/** https://learn.microsoft.com/azure/key-vault/general/about-keys-secrets-certificates: letters, digits and hyphens. */
function toVaultName(name: string): string {
  const vaultName = name.replaceAll('_', '-');
  if (!/^[0-9A-Za-z-]{1,127}$/.test(vaultName))
    throw new MentorError('config-invalid', `A Key Vault cannot hold a secret named "${name}".`);
  return vaultName;
}

const loopbackHosts = new Set(['127.0.0.1', 'localhost', '[::1]']);

function createClient({ vaultUrl, credential }: KeyVaultOptions): SecretClient {
  const url = URL.parse(vaultUrl);
  const isLocal = url !== null && loopbackHosts.has(url.hostname);
  if (url === null || (url.protocol !== 'https:' && !isLocal))
    throw new MentorError(
      'config-invalid',
      'AZURE_KEY_VAULT_URL must be an https address, such as https://my-vault.vault.azure.net.',
      { details: { setting: 'AZURE_KEY_VAULT_URL' } },
    );
  return new SecretClient(url.href, credential, {
    // A vault on this machine is a stand-in: it has no TLS, and a name that no challenge can match.
    allowInsecureConnection: isLocal,
    disableChallengeResourceVerification: isLocal,
    // Secrets are read while starting, where no wrapper tries again.
    retryOptions: { maxRetries: 2, retryDelayInMs: 200, maxRetryDelayInMs: 2_000 },
  });
}
