import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { accessNeeds } from '#deploymentTemplates/access-needs.ts';
import { expandDeployment } from '#deploymentTemplates/arm/deployment.ts';
import type { PlannedResource } from '#deploymentTemplates/arm/expand.ts';
import {
  isObject,
  type JsonObject,
  listAt,
  objectAt,
  textAt,
} from '#deploymentTemplates/arm/json.ts';
import { readModule } from '#deploymentTemplates/arm/read-templates.ts';

const root = join(import.meta.dirname, '../..');
const prod = expandDeployment('prod', { authAudience: 'api://career-mentor' }).resources.filter(
  ({ isCreated }) => isCreated,
);
const all = (type: string) => prod.filter((resource) => resource.type === type);
const only = (type: string): PlannedResource => {
  const [found, ...others] = all(type);
  assert.ok(found, type);
  assert.equal(others.length, 0, type);
  return found;
};
const settingsOf = (app: PlannedResource | undefined) => {
  const template = objectAt(app?.body['properties'], 'template');
  const [container] = listAt(template, 'containers');
  return new Map(
    listAt(container, 'env').map((each) => [textAt(each, 'name'), textAt(each, 'value')]),
  );
};

/** What no schema says: https://learn.microsoft.com/azure/role-based-access-control/built-in-roles */
const builtInRoles: Readonly<Record<string, string>> = {
  AcrPull: '7f951dda-4ed3-4680-a7ca-43fe172d538d',
  AcrPush: '8311e382-0749-4cb8-b61a-304f252e45ec',
  'Key Vault Secrets User': '4633458b-17de-408a-b874-0445c86b69e6',
  'Key Vault Secrets Officer': 'b86a8fe4-44ce-4948-aee5-eccb2c155cd7',
  'Cognitive Services OpenAI User': '5e0bd9bd-7b93-4f28-af87-19fc36ad61bd',
  'Search Index Data Contributor': '8ebe5a00-799e-43f5-93ac-243d3dce84a7',
  'Search Service Contributor': '7ca78c08-252a-4471-8644-bb5ff32d4ba0',
  'Storage Blob Data Contributor': 'ba92f5b4-2d11-453d-a403-e96b0029c9fe',
  'Azure Service Bus Data Sender': '69a216fc-b8fb-44d8-bc22-1f3c2cd27a39',
  'Azure Service Bus Data Receiver': '4f6d3b9b-027b-4f4c-9142-0e5a2a2247e0',
  'Cosmos DB Built-in Data Contributor': '00000000-0000-0000-0000-000000000002',
  'Container Apps Contributor': '358470bc-b998-42bd-ab17-a7e34c199c0f',
  'Managed Identity Operator': 'f1a07417-d97a-45cb-824c-7a7467783830',
};

describe('roles', () => {
  it('have the ids that Azure gave them, and none may do everything', () => {
    for (const { role, roleId } of accessNeeds) assert.equal(builtInRoles[role], roleId, role);
    assert.doesNotMatch(accessNeeds.map(({ role }) => role).join(), /\bOwner\b|^Contributor$/);
  });

  it('let the program send to and receive from the one queue, and from nothing else of Service Bus', () => {
    const onServiceBus = all('Microsoft.Authorization/roleAssignments').filter(({ body }) =>
      textAt(body, 'scope').includes('Microsoft.ServiceBus'),
    );
    assert.equal(onServiceBus.length, 2);
    for (const { body } of onServiceBus)
      assert.match(textAt(body, 'scope'), /\/queues\/chat-processing$/);
  });
});

describe('private endpoints', () => {
  /** https://learn.microsoft.com/azure/private-link/private-endpoint-dns#commercial */
  const zones: Readonly<Record<string, readonly [group: string, zone: string]>> = {
    'Microsoft.KeyVault/vaults': ['vault', 'privatelink.vaultcore.azure.net'],
    'Microsoft.CognitiveServices/accounts': ['account', 'privatelink.openai.azure.com'],
    'Microsoft.DocumentDB/databaseAccounts': ['Sql', 'privatelink.documents.azure.com'],
    'Microsoft.Storage/storageAccounts': ['blob', 'privatelink.blob.core.windows.net'],
    'Microsoft.Search/searchServices': ['searchService', 'privatelink.search.windows.net'],
    'Microsoft.Cache/redisEnterprise': ['redisEnterprise', 'privatelink.redis.azure.net'],
    'Microsoft.ServiceBus/namespaces': ['namespace', 'privatelink.servicebus.windows.net'],
  };

  it('have the group and the DNS zone of their service', () => {
    const endpoints = all('Microsoft.Network/privateEndpoints');
    assert.equal(endpoints.length, Object.keys(zones).length);
    for (const { name, body } of endpoints) {
      const [connection] = listAt(body['properties'], 'privateLinkServiceConnections');
      const properties = objectAt(connection, 'properties');
      const service = textAt(properties, 'privateLinkServiceId');
      const [, type = ''] = /\/providers\/([^/]+\/[^/]+)\/[^/]+$/.exec(service) ?? [];
      const [group, zone] = zones[type] ?? [];
      assert.deepEqual(properties['groupIds'], [group], type);
      const configuration = prod.find(
        ({ type: each, name: child }) =>
          each === 'Microsoft.Network/privateEndpoints/privateDnsZoneGroups' &&
          child.startsWith(`${name}/`),
      );
      const [config] = listAt(configuration?.body['properties'], 'privateDnsZoneConfigs');
      assert.match(
        textAt(objectAt(config, 'properties'), 'privateDnsZoneId'),
        new RegExp(`/${zone?.replaceAll('.', '\\.')}$`),
      );
    }
  });
});

describe('the container apps', () => {
  const apps = all('Microsoft.App/containerApps');

  it('are one that serves and one that works, each with its rules and both reached by HTTPS alone', () => {
    const rules = new Map(
      apps.map((app) => [
        settingsOf(app).get('ROLE'),
        listAt(objectAt(objectAt(app.body['properties'], 'template'), 'scale'), 'rules').map(
          (rule) => textAt(rule, 'name'),
        ),
      ]),
    );
    assert.deepEqual(rules.get('web'), ['requests', 'processor', 'memory']);
    assert.deepEqual(rules.get('worker'), ['processor', 'memory', 'queue']);
    const isExternal = (app: PlannedResource) =>
      objectAt(objectAt(app.body['properties'], 'configuration'), 'ingress')['external'];
    assert.deepEqual(
      apps.map((app) => [settingsOf(app).get('ROLE'), isExternal(app)]),
      [
        ['web', true],
        ['worker', false],
      ],
    );
  });

  it('are probed where the program answers, and have longer to end than the program takes', () => {
    const [, drainMs = ''] =
      /const drainMs = ([\d_]+);/.exec(readFileSync(join(root, 'main.ts'), 'utf8')) ?? [];
    const health = readFileSync(join(root, 'api/health.ts'), 'utf8');
    // With the image known: before that a stand-in runs, which answers no probes.
    const deployed = expandDeployment('prod', { containerImage: 'x.azurecr.io/m:1' });
    const withImage = deployed.resources.filter(
      ({ type, isCreated }) => type === 'Microsoft.App/containerApps' && isCreated,
    );
    assert.equal(withImage.length, 2);
    for (const { body } of withImage) {
      const template = objectAt(body['properties'], 'template');
      const graceSeconds = Number(template['terminationGracePeriodSeconds']);
      assert.ok(graceSeconds >= 25 && graceSeconds > Number(drainMs.replace('_', '')) / 1_000 + 5);
      const [container] = listAt(template, 'containers');
      const probes = listAt(container, 'probes').filter(isObject);
      assert.deepEqual(
        probes.map((probe) => probe['type']),
        ['Startup', 'Liveness', 'Readiness'],
      );
      for (const probe of probes) {
        const path = textAt(probe['httpGet'], 'path');
        assert.ok(health.includes(`'${path}'`), path);
      }
    }
  });

  it('leave no older worker that takes turns, and let the pipeline shift what people see', () => {
    const modes = (given: Record<string, string>) =>
      expandDeployment('prod', given)
        .resources.filter(
          ({ type, isCreated }) => type === 'Microsoft.App/containerApps' && isCreated,
        )
        .map(({ body }) => objectAt(body['properties'], 'configuration')['activeRevisionsMode']);
    assert.deepEqual(modes({}), ['Single', 'Single']);
    assert.deepEqual(modes({ githubRepository: 'o/n' }), ['Multiple', 'Single']);
    assert.deepEqual(modes({ stableRevision: 'ca--r1' }), ['Multiple', 'Single']);
  });

  it('write to a folder of their own that goes with them: no share, on which SQLite is not safe', () => {
    for (const { body } of apps) {
      const template = objectAt(body['properties'], 'template');
      assert.deepEqual(
        listAt(template, 'volumes').map((volume) => textAt(volume, 'storageType')),
        ['EmptyDir'],
      );
      const [container] = listAt(template, 'containers');
      const [mount] = listAt(container, 'volumeMounts');
      assert.equal(textAt(mount, 'mountPath'), '/data');
    }
    assert.match(readFileSync(join(root, 'Dockerfile'), 'utf8'), /DATA_DIR=\/data\b/);
  });

  it('sign the web chat with one key, which stands in the vault alone and never changes by itself', () => {
    const secrets = all('Microsoft.KeyVault/vaults/secrets');
    const key = secrets.find(({ name }) => name.endsWith('/WEB-CHAT-SIGNING-KEY'));
    const value = textAt(key?.body['properties'], 'value');
    assert.ok(value.length >= 32);
    const again = expandDeployment('prod').resources.find(({ name }) => name === key?.name);
    assert.equal(textAt(again?.body['properties'], 'value'), value);
    for (const app of apps) assert.equal(settingsOf(app).has('WEB_CHAT_SIGNING_KEY'), false);
  });

  it('know the Front Door that they answer, and in dev, which has none, answer everybody', () => {
    for (const app of apps) assert.match(settingsOf(app).get('FRONT_DOOR_ID') ?? '', /frontDoorId/);
    const [dev] = expandDeployment('dev').resources.filter(
      ({ type, isCreated }) => type === 'Microsoft.App/containerApps' && isCreated,
    );
    assert.equal(settingsOf(dev).has('FRONT_DOOR_ID'), false);
  });
});

describe('the firewall', () => {
  const rules = listAt(
    objectAt(
      only('Microsoft.Network/FrontDoorWebApplicationFirewallPolicies').body['properties'],
      'customRules',
    ),
    'rules',
  ).filter(isObject);

  /** The custom rules that a request meets, in their order. */
  const met = (method: string, path: string) =>
    rules
      .toSorted((one, other) => Number(one['priority']) - Number(other['priority']))
      .filter((rule) =>
        listAt(rule, 'matchConditions').every((condition) => matches(condition, { method, path })),
      )
      .map((rule) => textAt(rule, 'name'));
  const matches = (
    condition: unknown,
    { method, path }: { readonly method: string; readonly path: string },
  ): boolean => {
    const { matchVariable, matchValue, negateCondition } = condition as JsonObject;
    const [value] = matchValue as string[];
    const isSo =
      matchVariable === 'RequestMethod'
        ? (matchValue as string[]).includes(method)
        : new RegExp(value ?? '').test(`https://mentor.example.org:443${path}`);
    return isSo !== (negateCondition === true);
  };

  it('counts an address as a person’s, unless it is one of a service that speaks for many', () => {
    assert.deepEqual(met('GET', '/'), ['LimitEachAddress']);
    for (const path of ['/api/messages', '/api/slack/events', '/api/v1/chat/message'])
      assert.deepEqual(met('POST', path), ['LimitEachService', 'WordsOfPeople'], path);
    assert.deepEqual(met('PATCH', '/api/v1/chat/session/a'), ['LimitEachService', 'WordsOfPeople']);
    assert.deepEqual(met('GET', '/api/v1/me'), ['LimitEachService']);
    const limit = (name: string) =>
      Number(rules.find((rule) => rule['name'] === name)?.['rateLimitThreshold']);
    assert.equal(limit('LimitEachService'), 50 * limit('LimitEachAddress'));
  });

  it('leaves to the program what people write, and nothing that only ends alike', () => {
    assert.deepEqual(met('POST', '/v3/directline/conversations/a/activities'), [
      'LimitEachAddress',
      'WordsOfPeople',
    ]);
    assert.deepEqual(met('POST', '/elsewhere?x=/api/messages'), ['LimitEachAddress']);
    assert.deepEqual(met('GET', '/v3/directline/conversations/a/stream?t=b'), ['LimitEachAddress']);
  });

  it('lies before an answer that may take its time, as WebSockets and streams do', () => {
    const { originResponseTimeoutSeconds } = objectAt(
      only('Microsoft.Cdn/profiles').body,
      'properties',
    );
    assert.equal(originResponseTimeoutSeconds, 240);
    const route = objectAt(only('Microsoft.Cdn/profiles/afdEndpoints/routes').body, 'properties');
    // Front Door upgrades no connection of a route that is cached.
    assert.equal(route['cacheConfiguration'], undefined);
  });
});

interface XmlElement {
  readonly tagName: string;
  readonly children: Iterable<XmlElement>;
  readonly textContent: string | null;
  getAttribute(name: string): string | null;
  querySelector(selector: string): XmlElement | null;
}

/** The document that a text is; throws where it is no XML. */
function readXml(text: string): XmlElement & { readonly documentElement: XmlElement } {
  const { JSDOM } = createRequire(import.meta.url)('jsdom') as {
    JSDOM: new (
      xml: string,
      options: { contentType: string },
    ) => { window: { document: ReturnType<typeof readXml> } };
  };
  return new JSDOM(text, { contentType: 'text/xml' }).window.document;
}

describe('API Management', () => {
  it('has a policy that is XML, checks tokens and limits people, and lets browsers ask beforehand', () => {
    const policy = only('Microsoft.ApiManagement/service/apis/policies');
    const xml = readXml(textAt(policy.body['properties'], 'value'));
    assert.equal(xml.documentElement.tagName, 'policies');
    assert.deepEqual(
      [...xml.documentElement.children].map(({ tagName }) => tagName),
      ['inbound', 'backend', 'outbound', 'on-error'],
    );
    const when = xml.querySelector('inbound > choose > when');
    assert.equal(when?.getAttribute('condition'), '@(context.Request.Method != "OPTIONS")');
    const [jwt, limit] = [...(when?.children ?? [])];
    assert.equal(jwt?.tagName, 'validate-jwt');
    assert.equal(jwt?.querySelector('audience')?.textContent, 'api://career-mentor');
    assert.match(
      jwt?.querySelector('openid-config')?.getAttribute('url') ?? '',
      /^https:\/\/.*\/\.well-known\/openid-configuration$/,
    );
    assert.equal(limit?.tagName, 'rate-limit-by-key');
    assert.match(limit?.getAttribute('counter-key') ?? '', /^@\(.*Subject\)$/);
    assert.equal(xml.querySelector('forward-request')?.getAttribute('buffer-response'), 'false');
  });

  it('is there only where tokens are', () => {
    const { resources } = expandDeployment('prod');
    assert.equal(
      resources.some(
        ({ type, isCreated }) => type === 'Microsoft.ApiManagement/service' && isCreated,
      ),
      false,
    );
  });
});

describe('who is told', () => {
  it('of alerts and of the budget are all that are named, and without anybody there is no budget', () => {
    const made = (given: Record<string, string>) =>
      expandDeployment('prod', { budgetStart: '2026-11-01', ...given }).resources.filter(
        ({ type, isCreated }) => type === 'Microsoft.Consumption/budgets' && isCreated,
      );
    const [budget] = made({ alertEmails: 'one@example.org, two@example.org' });
    const half = objectAt(objectAt(budget?.body['properties'], 'notifications'), 'half');
    assert.deepEqual(half['contactEmails'], ['one@example.org', 'two@example.org']);
    assert.deepEqual(made({}), []);
  });
});

describe('what organisations may not allow', () => {
  it('can be left out: policies, with nothing else', () => {
    const { resources } = expandDeployment('prod', { assignPolicies: false });
    const created = resources.filter(({ isCreated }) => isCreated);
    const isPolicy = ({ type }: PlannedResource) =>
      type === 'Microsoft.Authorization/policyAssignments';
    assert.equal(created.filter(isPolicy).length, 0);
    assert.equal(all('Microsoft.Authorization/policyAssignments').length, 6);
    const withoutTokens = expandDeployment('prod').resources.filter(({ isCreated }) => isCreated);
    assert.equal(withoutTokens.length - created.length, 6);
  });

  it('are policies by the ids that Azure gave them', () => {
    /** https://learn.microsoft.com/azure/governance/policy/samples/built-in-policies */
    const known: Readonly<Record<string, string>> = {
      'allowed-locations': 'e56962a6-4747-49cd-b67b-bf8b01975c4c',
      'storage-https-only': '404c3081-a854-4457-ae30-26a93ef643f9',
      'apps-https-only': '0e80e269-43a4-4ae9-b5bc-178126b8a5cb',
      'vault-logs': 'cf820ca0-f99e-4f3e-84fb-66e913812d21',
      'service-bus-logs': 'f8d36e2f-389b-4ee4-898d-21aeb69a0f45',
      'search-logs': 'b4330a05-a843-4bc8-bf9a-cacce50c67f4',
    };
    const assigned = listAt(readModule('governance.json'), 'resources').filter(
      (resource) => textAt(resource, 'type') === 'Microsoft.Authorization/policyAssignments',
    );
    for (const resource of assigned)
      assert.match(
        textAt(objectAt(resource, 'properties'), 'policyDefinitionId'),
        new RegExp(known[textAt(resource, 'name')] ?? 'unknown'),
      );
    assert.equal(assigned.length, Object.keys(known).length);
  });
});
