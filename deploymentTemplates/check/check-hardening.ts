import type { Expansion, PlannedResource } from '#deploymentTemplates/arm/expand.ts';
import {
  isObject,
  type JsonObject,
  type JsonValue,
  listAt,
  textAt,
} from '#deploymentTemplates/arm/json.ts';
import type { Problem } from './problem.ts';

/** What each kind of resource must say of itself: path and value. */
const rules: Readonly<Record<string, Readonly<Record<string, JsonValue>>>> = {
  'Microsoft.ContainerRegistry/registries': {
    'properties.adminUserEnabled': false,
    'properties.anonymousPullEnabled': false,
  },
  'Microsoft.KeyVault/vaults': {
    'properties.enableRbacAuthorization': true,
    'properties.enablePurgeProtection': true,
    'properties.enableSoftDelete': true,
  },
  'Microsoft.CognitiveServices/accounts': { 'properties.disableLocalAuth': true },
  'Microsoft.Search/searchServices': { 'properties.disableLocalAuth': true },
  'Microsoft.DocumentDB/databaseAccounts': {
    'properties.disableLocalAuth': true,
    'properties.minimalTlsVersion': 'Tls12',
    'properties.backupPolicy.type': 'Continuous',
  },
  'Microsoft.Storage/storageAccounts': {
    'properties.allowSharedKeyAccess': false,
    'properties.allowBlobPublicAccess': false,
    'properties.supportsHttpsTrafficOnly': true,
    'properties.minimumTlsVersion': 'TLS1_2',
  },
  'Microsoft.Cache/redisEnterprise': { 'properties.minimumTlsVersion': '1.2' },
  'Microsoft.Cache/redisEnterprise/databases': { 'properties.clientProtocol': 'Encrypted' },
  'Microsoft.ServiceBus/namespaces': {
    'properties.disableLocalAuth': true,
    'properties.minimumTlsVersion': '1.2',
  },
  'Microsoft.ServiceBus/namespaces/queues': {
    'properties.requiresSession': true,
    'properties.requiresDuplicateDetection': true,
    'properties.deadLetteringOnMessageExpiration': true,
  },
  'Microsoft.BotService/botServices': {
    'properties.msaAppType': 'UserAssignedMSI',
    'properties.disableLocalAuth': true,
  },
  'Microsoft.App/containerApps': {
    'identity.type': 'UserAssigned',
    'properties.configuration.ingress.allowInsecure': false,
  },
  'Microsoft.Cdn/profiles/afdEndpoints/routes': {
    'properties.httpsRedirect': 'Enabled',
    'properties.forwardingProtocol': 'HttpsOnly',
  },
};

/** Data services that can be closed to the internet. */
const closable = new Set([
  'Microsoft.KeyVault/vaults',
  'Microsoft.CognitiveServices/accounts',
  'Microsoft.Search/searchServices',
  'Microsoft.DocumentDB/databaseAccounts',
  'Microsoft.Storage/storageAccounts',
  'Microsoft.Cache/redisEnterprise',
  'Microsoft.ServiceBus/namespaces',
]);

/** Holds the plan against what this project promises of every deployment: no keys, TLS, tags, and closed doors where asked. */
export function checkHardening(
  expansion: Expansion,
  options: { readonly isPrivate: boolean },
): Problem[] {
  const created = expansion.resources.filter(({ isCreated }) => isCreated);
  return created.flatMap((resource) => [
    ...brokenRules(resource),
    ...untagged(resource),
    ...(options.isPrivate ? openDoors(resource, created) : []),
  ]);
}

function brokenRules(resource: PlannedResource): Problem[] {
  return Object.entries(rules[resource.type] ?? {})
    .filter(([path, value]) => valueAt(resource.body, path) !== value)
    .map(([path, value]) => ({
      where: nameOf(resource),
      what: `${path} must be ${JSON.stringify(value)}`,
    }));
}

/** What has a location has tags too; extension resources and children have neither. */
function untagged(resource: PlannedResource): Problem[] {
  const isTopLevel = resource.type.split('/').length === 2;
  if (!isTopLevel || resource.body['location'] === undefined || resource.body['tags'] !== undefined)
    return [];
  return [{ where: nameOf(resource), what: 'has no tags' }];
}

function openDoors(resource: PlannedResource, created: readonly PlannedResource[]): Problem[] {
  if (!closable.has(resource.type)) return [];
  const where = nameOf(resource);
  const problems: Problem[] = [];
  if (valueAt(resource.body, 'properties.publicNetworkAccess') !== 'Disabled')
    problems.push({ where, what: 'can be reached from the internet' });
  const hasEndpoint = created.some(
    ({ type, body }) =>
      type === 'Microsoft.Network/privateEndpoints' &&
      listAt(body['properties'], 'privateLinkServiceConnections').some(
        (connection) =>
          isObject(connection) &&
          textAt(connection['properties'], 'privateLinkServiceId') === resource.id,
      ),
  );
  if (!hasEndpoint) problems.push({ where, what: 'has no private endpoint' });
  return problems;
}

function valueAt(body: JsonObject, path: string): JsonValue | undefined {
  return path
    .split('.')
    .reduce<JsonValue | undefined>(
      (value, name) => (isObject(value) ? value[name] : undefined),
      body,
    );
}

function nameOf({ template, type, name }: PlannedResource): string {
  return `${template} ${type} ${name}`;
}
