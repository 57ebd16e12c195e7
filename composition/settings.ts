import { existsSync } from 'node:fs';
import { secretSettings } from '#config/settings-schema.ts';
import { type Config, readConfig } from '#config.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** The environment of this process, with what stands in the file `.env` for what it lacks. */
export function readEnvironment(): Environment {
  if (existsSync('.env')) process.loadEnvFile('.env');
  return process.env;
}

/** Reads the settings; secrets that the environment lacks come out of the key vault where one is named. */
export async function readSettings(environment: Environment): Promise<Config> {
  const vaultUrl = environment['AZURE_KEY_VAULT_URL']?.trim();
  return readConfig(vaultUrl ? await withVaultSecrets(environment, vaultUrl) : environment);
}

async function withVaultSecrets(environment: Environment, vaultUrl: string): Promise<Environment> {
  const [{ createKeyVaultSecretSource }, { createAzureCredential }] = await Promise.all([
    import('#services/secrets/azure-key-vault.ts'),
    import('#services/azure/credential.ts'),
  ]);
  const vault = createKeyVaultSecretSource({ vaultUrl, credential: createAzureCredential() });
  const missing = secretSettings.filter((name) => !environment[name]?.trim());
  const found = await Promise.all(missing.map(async (name) => [name, await vault.get(name)]));
  return {
    ...environment,
    ...Object.fromEntries(found.filter(([, value]) => value !== undefined)),
  };
}
