import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type AccessNeed,
  accessNeeds,
  packagesWithoutAccess,
} from '#deploymentTemplates/access-needs.ts';
import {
  isObject,
  type JsonObject,
  listAt,
  objectAt,
  textAt,
} from '#deploymentTemplates/arm/json.ts';
import type { Problem } from './problem.ts';

const root = join(import.meta.dirname, '../..');
const where = 'access.json';

/** The grants of a template as `who role on`, read from its source, so that those behind a condition count too. */
export function grantsIn(template: JsonObject): string[] {
  const roles = objectAt(objectAt(template, 'variables'), 'roles');
  return listAt(template, 'resources')
    .filter(isObject)
    .map((resource) => {
      const properties = objectAt(resource, 'properties');
      const who = /parameters\('(\w+)'\)/.exec(textAt(properties, 'principalId'))?.[1] ?? '?';
      if (textAt(resource, 'type').endsWith('/sqlRoleAssignments'))
        return describe(
          who,
          String(objectAt(template, 'variables')['cosmosDataContributor']),
          'Microsoft.DocumentDB/databaseAccounts',
        );
      const roleName =
        /variables\('roles'\)\.(\w+)/.exec(textAt(properties, 'roleDefinitionId'))?.[1] ?? '?';
      const on =
        /^\[resourceId\('([^']+)'/.exec(textAt(resource, 'scope'))?.[1] ??
        'Microsoft.Resources/resourceGroups';
      return describe(who, textAt(roles, roleName), on);
    });
}

/** Every grant is needed, every need is granted, and every package that calls Azure has its role. */
export function checkAccess(
  template: JsonObject,
  needs: readonly AccessNeed[] = accessNeeds,
): Problem[] {
  const granted = new Set(grantsIn(template));
  const needed = new Map(needs.map((need) => [describe(need.who, need.roleId, need.on), need]));
  return [
    ...[...granted]
      .filter((grant) => !needed.has(grant))
      .map((grant) => ({ where, what: `grants what access-needs.ts does not ask for: ${grant}` })),
    ...[...needed]
      .filter(([grant]) => !granted.has(grant))
      .map(([, need]) => ({
        where,
        what: `${need.who} does not get ${need.role} on ${need.on}: ${need.why}`,
      })),
    ...needs
      .filter(({ neededBy }) => !existsSync(join(root, neededBy)))
      .map(({ role, neededBy }) => ({
        where: 'access-needs.ts',
        what: `${role} is needed by ${neededBy}, which is not there`,
      })),
    ...packagesOfAzure()
      .filter(
        (name) =>
          !packagesWithoutAccess.includes(name) && !needs.some((need) => need.package === name),
      )
      .map((name) => ({
        where: 'access-needs.ts',
        what: `no need names the package ${name}, which calls Azure`,
      })),
  ];
}

function describe(who: string, roleId: string, on: string): string {
  return `${who} ${roleId} ${on}`;
}

function packagesOfAzure(): string[] {
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>;
  };
  return Object.keys(manifest.dependencies).filter((name) => name.startsWith('@azure/'));
}
