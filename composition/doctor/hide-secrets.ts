import { secretSettings } from '#config/settings-schema.ts';

/** Shorter ones are no secrets, and would cut holes into every sentence. */
const leastLength = 6;

/**
 * Takes out of a text whatever a secret setting holds, also in part: the key of a connection string, the password of an
 * address. What the services say should hold none of it; this makes sure.
 */
export function createSecretHider(
  environment: Readonly<Record<string, string | undefined>>,
): (text: string) => string {
  const secrets = secretSettings
    .flatMap((name) => partsOf(environment[name]?.trim() ?? ''))
    .filter((secret) => secret.length >= leastLength)
    .toSorted((left, right) => right.length - left.length);
  return (text) => secrets.reduce((shown, secret) => shown.replaceAll(secret, '[hidden]'), text);
}

function partsOf(value: string): string[] {
  const keys = [...value.matchAll(/(?:AccountKey|SharedAccess\w+)=([^;]+)/gi)].map(
    ([, key = '']) => key,
  );
  const { password = '' } = URL.parse(value) ?? {};
  return [value, ...keys, password, decode(password)];
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
