import { accessNeeds } from '#deploymentTemplates/access-needs.ts';
import type { Expansion, PlannedResource } from '#deploymentTemplates/arm/expand.ts';
import {
  isObject,
  type JsonObject,
  type JsonValue,
  objectAt,
  textAt,
} from '#deploymentTemplates/arm/json.ts';

const isDeployment = ({ type }: PlannedResource) => type === 'Microsoft.Resources/deployments';

/** What would be created, a row a resource, grouped by the module that it stands in; as a Markdown table. */
export function describePlan({ resources }: Expansion): string {
  const created = resources.filter((resource) => resource.isCreated && !isDeployment(resource));
  const rows = created.map((resource) => [
    resource.deployment.replace(/^mentor-/, ''),
    resource.type.replace(/^Microsoft\./, ''),
    resource.name,
    detailOf(resource),
  ]);
  return [
    ...table([['module', 'type', 'name', 'detail'], ...rows]),
    '',
    `${created.length} resources.`,
  ].join('\n');
}

/** Columns as wide as their longest cell, up to a limit that a screen has room for. */
function table(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.min(70, Math.max(...rows.map((row) => row[column]?.length ?? 0))),
  );
  const lines = rows.map(
    (row) => `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`,
  );
  return [
    lines[0] ?? '',
    `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`,
    ...lines.slice(1),
  ];
}

function detailOf({ type, body }: PlannedResource): string {
  if (type === 'Microsoft.Authorization/roleAssignments') return grantOf(body);
  const scope = textAt(body, 'scope');
  if (scope !== '') return `of ${scope.split('/').at(-1)}`;
  const sku = objectAt(body, 'sku');
  const properties = objectAt(body, 'properties');
  const scale = objectAt(objectAt(properties, 'template'), 'scale');
  const parts = [
    textAt(sku, 'name'),
    typeof sku['capacity'] === 'number' ? `× ${sku['capacity']}` : '',
    type.endsWith('/deployments') ? textAt(properties['model'], 'name') : '',
    scale['maxReplicas'] === undefined
      ? ''
      : `${String(scale['minReplicas'])} to ${String(scale['maxReplicas'])} replicas`,
    scale['maxReplicas'] === undefined ? '' : coresOf(properties),
    throughputOf(properties['options']),
  ];
  return parts.filter((part) => part !== '').join(' ');
}

/** The role's name, and what it is on. */
function grantOf(body: JsonObject): string {
  const roleId = textAt(body['properties'], 'roleDefinitionId').split('/').at(-1);
  const role = accessNeeds.find((need) => need.roleId === roleId)?.role ?? roleId;
  return `${role} on ${textAt(body, 'scope').split('/').at(-1) || 'the resource group'}`;
}

function coresOf(properties: JsonValue): string {
  const containers = objectAt(properties, 'template')['containers'];
  const resources = Array.isArray(containers) ? objectAt(containers[0], 'resources') : {};
  return `of ${String(resources['cpu'])} cores, ${String(resources['memory'])}`;
}

function throughputOf(options: JsonValue | undefined): string {
  const most = objectAt(options, 'autoscaleSettings')['maxThroughput'];
  return most === undefined ? '' : `up to ${String(most)} RU/s`;
}

/** How the modules wait for each other, as a Mermaid diagram; what another arrow already says is left out. */
export function drawPlan({ resources }: Expansion): string {
  const created = resources.filter((resource) => resource.isCreated && isDeployment(resource));
  const names = new Map(created.map(({ id, name }) => [id, name.replace(/^mentor-/, '')]));
  const waits = new Map(
    created.map(({ id, waitsFor }) => [
      id,
      [...new Set(waitsFor)].filter((other) => names.has(other) && other !== id),
    ]),
  );
  const reaches = (from: string, to: string): boolean =>
    (waits.get(from) ?? []).some((next) => next === to || reaches(next, to));
  const arrows = created.flatMap(({ id }) =>
    (waits.get(id) ?? [])
      .filter(
        (other, _, all) => !all.some((between) => between !== other && reaches(between, other)),
      )
      .map((other) => `  ${names.get(other)} --> ${names.get(id)}`),
  );
  const counts = created.map(({ id, name }) => {
    const inside = resources.filter(
      (resource) => resource.deployment === name && resource.isCreated,
    ).length;
    return `  ${names.get(id)}["${names.get(id)} (${inside})"]`;
  });
  return ['```mermaid', 'flowchart LR', ...counts, ...arrows, '```'].join('\n');
}

/** Everything as JSON, for programs. */
export function planAsJson({ resources }: Expansion): string {
  const created = resources.filter((resource) => resource.isCreated && !isDeployment(resource));
  return JSON.stringify(
    created.map(({ id, type, name, apiVersion, deployment, body }) => ({
      id,
      type,
      name,
      apiVersion,
      module: deployment,
      properties: isObject(body['properties']) ? body['properties'] : {},
    })),
    undefined,
    2,
  );
}
