import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { secretSettings } from '#config/settings-schema.ts';
import { type Config, readConfig } from '#config.ts';
import { MentorError } from '#errors.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** The environment of this process, with what stands in the file `.env` for what it lacks. */
export function readEnvironment(): Environment {
  if (existsSync('.env')) process.loadEnvFile('.env');
  return process.env;
}

/** Reads the settings; secrets that the environment lacks come out of the key vault where one is named. */
export async function readSettings(environment: Environment): Promise<Config> {
  const vaultUrl = environment['AZURE_KEY_VAULT_URL']?.trim();
  const secrets = vaultUrl ? await readVaultSecrets(environment, vaultUrl) : {};
  const config = readConfig({ ...environment, ...secrets });
  requireKnowledge(config);
  return config;
}

/** Everything reads the taxonomy first; without it the folder is another one than was meant. */
function requireKnowledge({ knowledgeDirectory }: Config): void {
  if (existsSync(join(knowledgeDirectory, 'taxonomy.json'))) return;
  throw new MentorError(
    'config-invalid',
    `KNOWLEDGE_DIR: ${knowledgeDirectory} holds no knowledge (there is no taxonomy.json in it); remove the setting, or name a folder made like knowledge/ of this program.`,
  );
}

/** The secrets that the environment lacks, as far as the vault holds them, by the names of their settings. */
export async function readVaultSecrets(
  environment: Environment,
  vaultUrl: string,
): Promise<Readonly<Record<string, string>>> {
  const [{ createKeyVaultSecretSource }, { createAzureCredential }] = await Promise.all([
    import('#services/secrets/azure-key-vault.ts'),
    import('#services/azure/credential.ts'),
  ]);
  const vault = createKeyVaultSecretSource({ vaultUrl, credential: createAzureCredential() });
  const missing = secretSettings.filter((name) => !environment[name]?.trim());
  const found = await Promise.all(
    missing.map(async (name) => {
      const value = await vault.get(name);
      return value === undefined ? [] : [[name, value] as const];
    }),
  );
  return Object.fromEntries(found.flat());
}
