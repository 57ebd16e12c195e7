import { distance } from 'fastest-levenshtein';
import { readVaultSecrets } from '#composition/settings.ts';
import { settingsSchema } from '#config/settings-schema.ts';
import { type Config, readConfig } from '#config.ts';
import { toMentorError } from '#errors.ts';
import { type Check, type CheckReport, type Finding, hostOf } from './check.ts';
import { runCheck } from './run-check.ts';

type Environment = Readonly<Record<string, string | undefined>>;

export interface ReadSettings {
  readonly reports: readonly CheckReport[];
  /** Absent where the settings cannot be used. */
  readonly config?: Config;
  /** With what the vault holds. */
  readonly environment: Environment;
}

/** Reads the settings as the program does, the vault first: everything else depends on them. */
export async function checkSettings(
  environment: Environment,
  timeoutMs: number,
): Promise<ReadSettings> {
  const vaultUrl = environment['AZURE_KEY_VAULT_URL']?.trim();
  let secrets: Readonly<Record<string, string>> = {};
  const vault =
    vaultUrl &&
    (await runCheck(
      vaultCheck(environment, vaultUrl, (found) => {
        secrets = found;
      }),
      timeoutMs,
    ));
  const whole = { ...environment, ...secrets };
  let config: Config | undefined;
  const settings = await runCheck(
    {
      name: 'settings',
      tried: 'reading them',
      async run() {
        const { finding, config: read } = readWhole(whole);
        config = read;
        return finding;
      },
    },
    timeoutMs,
  );
  return {
    reports: [...(vault ? [vault] : []), settings],
    environment: whole,
    ...(config === undefined ? {} : { config }),
  };
}

function vaultCheck(
  environment: Environment,
  vaultUrl: string,
  onFound: (secrets: Readonly<Record<string, string>>) => void,
): Check {
  return {
    name: 'Azure Key Vault',
    tried: `the secrets that are not set here at ${hostOf(vaultUrl)}`,
    setting: 'AZURE_KEY_VAULT_URL',
    address: vaultUrl,
    async run() {
      const secrets = await readVaultSecrets(environment, vaultUrl);
      onFound(secrets);
      const names = Object.keys(secrets);
      const message =
        names.length === 0
          ? 'it can be read, and holds none of them'
          : `it holds ${names.join(', ')}`;
      return { status: 'ok', message };
    },
  };
}

function readWhole(environment: Environment): {
  readonly finding: Finding;
  readonly config?: Config;
} {
  try {
    const config = readConfig(environment);
    const names = Object.keys(settingsSchema.shape);
    const count = names.filter((name) => environment[name]?.trim()).length;
    const [typo] = likelyTypos(environment, names);
    if (typo === undefined) return { finding: { status: 'ok', message: `${count} set` }, config };
    const message = `${count} set; ${typo.written} is none: is ${typo.meant} meant?`;
    return { finding: { status: 'warning', message, setting: typo.meant }, config };
  } catch (error) {
    return { finding: { status: 'failed', message: toMentorError(error).message } };
  }
}

/** Names that are no settings and nearly one: nobody else would read them. */
function likelyTypos(environment: Environment, names: readonly string[]) {
  const known = new Set(names);
  return Object.keys(environment).flatMap((written) => {
    const isLong = written.length >= 8 && !known.has(written);
    const meant = isLong && names.find((name) => distance(name, written) <= 2);
    return meant ? [{ written, meant }] : [];
  });
}
