import { type Expansion, expandTemplate } from './expand.ts';
import type { Value } from './functions.ts';
import { isObject, objectAt } from './json.ts';
import { readJson, readModule } from './read-templates.ts';

/** The two sizes that stand in parameters/. */
export const sizes = ['dev', 'prod'] as const;
export type Size = (typeof sizes)[number];

/** A place that stands for somebody's own. */
export const examplePlace = {
  subscriptionId: '00000000-0000-0000-0000-000000000000',
  tenantId: '11111111-1111-1111-1111-111111111111',
  resourceGroup: 'rg-career-mentor',
  location: 'swedencentral',
} as const;

/** The parameters of a size, as they stand in its file. */
export function parametersOf(size: Size): { [name: string]: Value } {
  return Object.fromEntries(
    Object.entries(objectAt(readJson(`parameters/${size}.json`), 'parameters')).map(
      ([name, item]) => [name, isObject(item) ? (item['value'] ?? null) : null],
    ),
  );
}

/** All that would be created in a size, with further parameters given by name. */
export function expandDeployment(
  size: Size,
  given: { readonly [name: string]: Value } = {},
): Expansion {
  return expandTemplate({
    template: readModule('main.json'),
    given: { environmentName: size, ...parametersOf(size), ...given },
    place: examplePlace,
    readLinked: readModule,
  });
}
