import type { Expansion } from '#deploymentTemplates/arm/expand.ts';
import type { ArmSchemas } from './arm-schemas.ts';
import type { Problem } from './problem.ts';

/** These have no schema of their own among the published ones. */
const withoutSchema = new Set(['Microsoft.Resources/deployments']);

/** Holds every resource, as it would be sent, against Microsoft's schema of its type and version. */
export function checkSchemas(expansion: Expansion, schemas: ArmSchemas): Problem[] {
  return expansion.resources
    .filter(({ isCreated, type }) => isCreated && !withoutSchema.has(type))
    .flatMap(({ template, type, name, apiVersion, body }) => {
      const where = `${template} ${type} ${name}`;
      const problems = schemas.problemsIn(type, apiVersion, body);
      if (problems !== undefined) return problems.map((what) => ({ where, what }));
      const versions = schemas.versionsOf(type).join(', ') || 'none at all';
      return [
        { where, what: `has no published schema of version ${apiVersion}; there is ${versions}` },
      ];
    });
}
