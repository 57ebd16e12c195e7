import {
  isObject,
  type JsonObject,
  type JsonValue,
  listAt,
  objectAt,
  stringsIn,
  textAt,
} from '#deploymentTemplates/arm/json.ts';
import type { Problem } from './problem.ts';

const soundsSecret = /secret|password|token|(?:access|account|primary|api|shared)_?key$/i;
/** Names that only sound so. */
const harmless = new Set(['dailyTokenBudget', 'contextTokens']);
const readsKeys = /\blist[A-Z]\w*\(/;

/**
 * Keys are read only where they go straight into the vault; none leaves by an output, a plain parameter, a tag or a setting
 * of the program, and nothing is made anew by a repeated deployment.
 */
export function checkSecrets(fileName: string, template: JsonObject): Problem[] {
  return [
    ...parameterProblems(template),
    ...outputProblems(template),
    ...resourceProblems(template),
    ...[...stringsIn(template)]
      .filter(({ text }) => /\b(?:utcNow|newGuid)\(/.test(text))
      .map(({ path }) => ({ where: path, what: 'changes with every deployment' })),
  ].map(({ where, what }) => ({ where: `${fileName} ${where}`, what }));
}

const isSecure = (definition: JsonValue) => /^secure/i.test(textAt(definition, 'type'));

function parameterProblems(template: JsonObject): Problem[] {
  return Object.entries(objectAt(template, 'parameters')).flatMap(([name, definition]) => {
    const where = `parameters.${name}`;
    const soundsSo = soundsSecret.test(name) && !harmless.has(name) && !name.endsWith('PerMinute');
    const hasDefault = isObject(definition) && Boolean(definition['defaultValue']);
    if (!isSecure(definition))
      return soundsSo ? [{ where, what: 'sounds like a secret, and is not of a secure type' }] : [];
    return hasDefault ? [{ where, what: 'is a secret with a default value' }] : [];
  });
}

function outputProblems(template: JsonObject): Problem[] {
  const secrets = Object.entries(objectAt(template, 'parameters'))
    .filter(([, definition]) => isSecure(definition))
    .map(([name]) => `parameters('${name}')`);
  return [...stringsIn(objectAt(template, 'outputs'), 'outputs')]
    .filter(({ text }) => readsKeys.test(text) || secrets.some((secret) => text.includes(secret)))
    .map(({ path }) => ({ where: path, what: 'lets a secret out' }));
}

function resourceProblems(template: JsonObject): Problem[] {
  return listAt(template, 'resources').flatMap((resource, index) => {
    const isVaultSecret = textAt(resource, 'type') === 'Microsoft.KeyVault/vaults/secrets';
    return [...stringsIn(resource, `resources[${index}]`)]
      .filter(
        ({ path, text }) =>
          readsKeys.test(text) && !(isVaultSecret && path.endsWith('.properties.value')),
      )
      .map(({ path }) => ({ where: path, what: 'reads a key anywhere but into the vault' }));
  });
}
