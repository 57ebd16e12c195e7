import type { SecretSource } from './port.ts';

/** Secrets that stand in the environment under their own names. */
export function createEnvironmentSecretSource(
  environment: Readonly<Record<string, string | undefined>>,
): SecretSource {
  return {
    async get(name) {
      const value = Object.hasOwn(environment, name) ? environment[name] : undefined;
      return value?.trim() ? value : undefined;
    },
  };
}
