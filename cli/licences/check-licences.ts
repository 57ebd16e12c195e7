import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { isAllowedExpression } from './judge-licence.ts';

const exception = z.object({
  licence: z.string(),
  developmentAlone: z.boolean().default(false),
  because: z.string(),
});

/** Which licences packages may have, and which packages are known better than they say themselves. */
export const allowList = z.object({
  licences: z.array(z.string()),
  /** Those of the licences that nothing may have which is passed on with the program. */
  developmentAlone: z.array(z.string()),
  packages: z.record(z.string(), exception),
});

export type AllowList = z.infer<typeof allowList>;

export interface InstalledPackage {
  readonly name: string;
  readonly version: string;
  /** As the package says; empty where it says nothing. */
  readonly licence: string;
  readonly isDevelopmentAlone: boolean;
}

const lockFile = z.object({
  packages: z.record(z.string(), z.object({ dev: z.boolean().default(false) })),
});
const manifest = z.object({
  version: z.string().default(''),
  license: z.unknown().optional(),
  licenses: z.unknown().optional(),
});

/** Every package below `node_modules`, by what npm wrote down when it installed them, each with the licence that it names. */
export function readInstalledPackages(projectFolder: string): InstalledPackage[] {
  const { packages } = lockFile.parse(
    readJson(join(projectFolder, 'node_modules', '.package-lock.json')),
  );
  return Object.entries(packages).map(([path, { dev }]) => {
    const { version, license, licenses } = manifest.parse(
      readJson(join(projectFolder, path, 'package.json')),
    );
    return {
      name: path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length),
      version,
      licence: expressionOf(license ?? licenses),
      isDevelopmentAlone: dev,
    };
  });
}

/** What is wrong with the licences of packages, one sentence each; and which exceptions nobody needs any more. */
export function checkLicences(packages: readonly InstalledPackage[], list: AllowList): string[] {
  const isAllowed = (licence: string, isDevelopmentAlone: boolean) =>
    list.licences.includes(licence) &&
    (isDevelopmentAlone || !list.developmentAlone.includes(licence));
  const refused = packages.flatMap(({ name, version, licence, isDevelopmentAlone }) => {
    const known = list.packages[name];
    if (known !== undefined)
      return known.developmentAlone && !isDevelopmentAlone
        ? [`${name}@${version} (${known.licence}) may serve development alone.`]
        : [];
    return isAllowedExpression(licence, (one) => isAllowed(one, isDevelopmentAlone))
      ? []
      : [`${name}@${version} has the licence ${licence || '(none named)'}, which is not allowed.`];
  });
  const installed = new Set(packages.map(({ name }) => name));
  const unneeded = Object.keys(list.packages)
    .filter((name) => !installed.has(name))
    .map((name) => `${name} is not installed; take it out of the allow-list.`);
  return [...refused, ...unneeded];
}

/** Old packages name theirs as an object, or as a list to choose from. */
function expressionOf(named: unknown): string {
  const names = [named]
    .flat()
    .map((one) => (typeof one === 'object' && one !== null && 'type' in one ? one.type : one))
    .filter((one) => typeof one === 'string');
  return names.join(' OR ');
}

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(path, 'utf8'));
}
