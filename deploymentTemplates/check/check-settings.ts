import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { secretSettings } from '#config/settings-schema.ts';
import { readConfig } from '#config.ts';
import type { Expansion } from '#deploymentTemplates/arm/expand.ts';
import {
  isObject,
  type JsonObject,
  listAt,
  objectAt,
  textAt,
} from '#deploymentTemplates/arm/json.ts';
import type { Problem } from './problem.ts';

const where = 'app-settings.json';

/** Every setting that .env.example names. */
export function documentedSettings(
  text: string = readFileSync(join(import.meta.dirname, '../../.env.example'), 'utf8'),
): string[] {
  return [...text.matchAll(/^#?([A-Za-z][A-Za-z0-9_]*)=/gm)].map(([, name]) => name ?? '');
}

/** Settings as the template has them: wired, left out with a reason, or kept in the vault. */
export function checkSettings(
  template: JsonObject,
  documented: readonly string[] = documentedSettings(),
  secrets: readonly string[] = secretSettings,
): Problem[] {
  const metadata = objectAt(template, 'metadata');
  const wired = listAt(template['variables'], 'settings').map((setting) => textAt(setting, 'name'));
  const fromVault = Object.keys(objectAt(metadata, 'fromKeyVault'));
  const places = [
    wired,
    fromVault,
    ...['setPerApp', 'leftOut', 'throughOtherSettings'].map((list) =>
      Object.keys(objectAt(metadata, list)),
    ),
  ];
  const all = places.flat();
  const report = (names: readonly string[], what: string) =>
    names.map((name) => ({ where, what: `${name} ${what}` }));
  return [
    ...report(
      documented.filter((name) => !all.includes(name)),
      'is not wired, and no list in the metadata says why not',
    ),
    ...report(
      all.filter((name) => !documented.includes(name)),
      'is no setting of the program: .env.example does not know it',
    ),
    ...report(
      all.filter((name, index) => all.indexOf(name) !== index),
      'stands in two places',
    ),
    ...report(
      secrets.filter((name) => !fromVault.includes(name)),
      'is a secret, and does not come out of the vault',
    ),
    ...report(
      fromVault.filter((name) => documented.includes(name) && !secrets.includes(name)),
      'is said to come out of the vault, where the program does not look for it',
    ),
  ];
}

/** The program itself reads the settings that each planned app would get, and finds no mistake. */
export function checkProgramReadsSettings(expansion: Expansion): Problem[] {
  return expansion.resources
    .filter(({ type, isCreated }) => type === 'Microsoft.App/containerApps' && isCreated)
    .flatMap(({ name, body }) => {
      try {
        readConfig(environmentOf(body));
        return [];
      } catch (error) {
        return [
          {
            where: `${where} for ${name}`,
            what: error instanceof Error ? error.message : String(error),
          },
        ];
      }
    });
}

const someId = '00000000-0000-4000-8000-000000000000';

/** What only Azure knows is an address or an id. */
function environmentOf(app: JsonObject): Record<string, string> {
  const container = listAt(objectAt(objectAt(app, 'properties'), 'template'), 'containers')[0];
  return Object.fromEntries(
    listAt(container, 'env')
      .filter(isObject)
      .map((setting) => [
        textAt(setting, 'name'),
        textAt(setting, 'value').replace(
          /^(https:\/\/.*)?<[^>]*>$/,
          /id$/i.test(textAt(setting, 'name')) ? someId : 'https://known-when-deployed.example',
        ),
      ]),
  );
}
