import type { Expansion, PlannedResource } from '#deploymentTemplates/arm/expand.ts';
import type { Problem } from './problem.ts';

/** What Azure brings along, and what is made inside of another resource. */
const builtIn = [
  /\/providers\/Microsoft\.Authorization\/(?:role|policy)Definitions\//,
  /\/sqlRoleDefinitions\/00000000-0000-0000-0000-00000000000[12]$/,
  /\/virtualNetworks\/[^/]+\/subnets\/snet-(?:apps|endpoints)$/,
];

/**
 * Every resource that another one names, belongs to or waits for is created too, and before it: within a template by
 * `dependsOn` or `reference`, across modules by their deployments. Names do not collide.
 */
export function checkDependencies(expansion: Expansion): Problem[] {
  const created = expansion.resources.filter(({ isCreated }) => isCreated);
  const byId = new Map(expansion.resources.map((resource) => [resource.id, resource]));
  const order = createOrder(created);
  return [
    ...collisions(created),
    ...created.flatMap((resource) => problemsOf(resource, byId, order)),
  ];
}

function collisions(created: readonly PlannedResource[]): Problem[] {
  const seen = new Set<string>();
  return created
    .filter(({ id }) => seen.size === seen.add(id.toLowerCase()).size)
    .map((resource) => ({ where: nameOf(resource), what: 'is created twice' }));
}

type Order = ReturnType<typeof createOrder>;

function problemsOf(
  resource: PlannedResource,
  byId: ReadonlyMap<string, PlannedResource>,
  order: Order,
): Problem[] {
  const where = nameOf(resource);
  const parent = parentOf(resource);
  const needed = new Set([...resource.names, ...(parent === undefined ? [] : [parent])]);
  const problems: Problem[] = [];
  for (const id of [...needed, ...resource.waitsFor]) {
    if (id === resource.id || builtIn.some((pattern) => pattern.test(id))) continue;
    const target = byId.get(id);
    if (target === undefined)
      problems.push({ where, what: `names ${shorten(id)}, which nothing creates` });
    else if (needed.has(id) && !target.isCreated)
      problems.push({ where, what: `names ${shorten(id)}, whose condition says no` });
    else if (needed.has(id) && !order.isBefore(target, resource))
      problems.push({ where, what: `needs ${shorten(id)}, and does not wait for it` });
  }
  return problems;
}

/** A child names its parent in its own name. */
function parentOf({ id, type }: PlannedResource): string | undefined {
  return type.split('/').length > 2 ? id.split('/').slice(0, -2).join('/') : undefined;
}

function createOrder(created: readonly PlannedResource[]) {
  const waits = new Map(created.map(({ id, waitsFor }) => [id, waitsFor]));
  const deploymentIds = new Map(
    created
      .filter(({ type }) => type === 'Microsoft.Resources/deployments')
      .map(({ id, name }) => [name, id]),
  );
  const reaches = (from: string, to: string, seen = new Set<string>()): boolean => {
    if (from === to) return true;
    if (seen.has(from)) return false;
    seen.add(from);
    return (waits.get(from) ?? []).some((next) => reaches(next, to, seen));
  };
  const isDeployment = ({ id, name }: PlannedResource) => deploymentIds.get(name) === id;
  return {
    isBefore(first: PlannedResource, second: PlannedResource): boolean {
      if (first.deployment === second.deployment) return reaches(second.id, first.id);
      const from = isDeployment(second) ? second.id : deploymentIds.get(second.deployment);
      const to = deploymentIds.get(first.deployment);
      return from !== undefined && to !== undefined && reaches(from, to);
    },
  };
}

function nameOf({ template, type, name }: PlannedResource): string {
  return `${template} ${type} ${name}`;
}

function shorten(id: string): string {
  return id.split('/providers/').slice(1).join('/');
}
