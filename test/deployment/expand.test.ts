import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { examplePlace, expandDeployment } from '#deploymentTemplates/arm/deployment.ts';
import { expandTemplate } from '#deploymentTemplates/arm/expand.ts';
import type { JsonObject } from '#deploymentTemplates/arm/json.ts';

const storage = { type: 'A.B/c', apiVersion: '2026-01-01' };

function expand(
  template: JsonObject,
  given: Record<string, string | number> = {},
  linked: JsonObject = {},
) {
  return expandTemplate({ template, given, place: examplePlace, readLinked: () => linked });
}

describe('expanding a template', () => {
  it('unrolls loops and decides conditions', () => {
    const { resources } = expand({
      resources: [
        { ...storage, copy: { name: 'each', count: 2 }, name: "[concat('n', copyIndex())]" },
        { ...storage, name: 'off', condition: "[equals('a', 'b')]" },
      ],
    });
    assert.deepEqual(
      resources.map(({ name, isCreated }) => [name, isCreated]),
      [
        ['n0', true],
        ['n1', true],
        ['off', false],
      ],
    );
  });

  it('hands parameters into a nested template, and its outputs back', () => {
    const { resources, outputs } = expand(
      {
        resources: [
          {
            type: 'Microsoft.Resources/deployments',
            apiVersion: '2022-09-01',
            name: 'inner',
            properties: {
              templateLink: { relativePath: 'inner.json' },
              parameters: { name: { value: 'x' } },
            },
          },
        ],
        outputs: {
          id: {
            type: 'string',
            value:
              "[reference(resourceId('Microsoft.Resources/deployments', 'inner')).outputs.upper.value]",
          },
        },
      },
      {},
      {
        parameters: { name: { type: 'string' } },
        resources: [{ ...storage, name: "[parameters('name')]" }],
        outputs: { upper: { type: 'string', value: "[toUpper(parameters('name'))]" } },
      },
    );
    assert.deepEqual(
      resources.map(({ name, template }) => [name, template]),
      [
        ['inner', 'main.json'],
        ['x', 'inner.json'],
      ],
    );
    assert.equal(outputs['id'], 'X');
  });

  it('says that modules which need each other can never begin', () => {
    const reads = (name: string) =>
      `[reference(resourceId('Microsoft.Resources/deployments', '${name}')).outputs.a.value]`;
    const module = (name: string, other: string) => ({
      type: 'Microsoft.Resources/deployments',
      apiVersion: '2022-09-01',
      name,
      properties: {
        templateLink: { relativePath: 'x.json' },
        parameters: { a: { value: reads(other) } },
      },
    });
    assert.throws(
      () =>
        expand(
          { resources: [module('one', 'two'), module('two', 'one')] },
          {},
          {
            parameters: { a: { type: 'string' } },
            resources: [],
            outputs: { a: { type: 'string', value: "[parameters('a')]" } },
          },
        ),
      /needs itself/,
    );
  });

  it('reports every parameter that is wrong at once, with what would be right', () => {
    assert.throws(
      () =>
        expand(
          {
            parameters: {
              size: { type: 'string', allowedValues: ['s', 'l'] },
              count: { type: 'int', minValue: 2 },
              name: { type: 'string', maxLength: 3 },
              needed: { type: 'string' },
            },
            resources: [],
          },
          { size: 'xl', count: 1, name: 'long', other: 'x' },
        ),
      /other: there is no such parameter; size: "xl" is not one of s, l; count: must be at least 2, and is 1; name: must be at most 3 long, and is 4; needed: is missing/,
    );
  });
});

describe('what would be deployed', () => {
  const created = (size: 'dev' | 'prod') =>
    expandDeployment(size).resources.filter(({ isCreated }) => isCreated);

  it('is small for dev and whole for prod', () => {
    const types = (size: 'dev' | 'prod') => new Set(created(size).map(({ type }) => type));
    const expensive = [
      'Microsoft.Search/searchServices',
      'Microsoft.Cache/redisEnterprise',
      'Microsoft.ServiceBus/namespaces',
      'Microsoft.Cdn/profiles',
      'Microsoft.Network/privateEndpoints',
    ];
    for (const type of expensive) {
      assert.equal(types('dev').has(type), false, `${type} in dev`);
      assert.equal(types('prod').has(type), true, `${type} in prod`);
    }
  });

  it('scales as the architecture says', () => {
    const scaleOf = (name: string) => {
      const app = created('prod').find((resource) => resource.name === name);
      return (
        (app?.body['properties'] ?? {}) as {
          template: { scale: { minReplicas: number; maxReplicas: number; rules: unknown[] } };
        }
      ).template.scale;
    };
    const web = scaleOf('ca-mentor-prod');
    assert.deepEqual([web.minReplicas, web.maxReplicas], [2, 100]);
    assert.deepEqual(web.rules, [
      { name: 'requests', http: { metadata: { concurrentRequests: '50' } } },
      {
        name: 'processor',
        custom: { type: 'cpu', metadata: { type: 'Utilization', value: '70' } },
      },
      {
        name: 'memory',
        custom: { type: 'memory', metadata: { type: 'Utilization', value: '80' } },
      },
    ]);
    const [queue] = scaleOf('ca-mentor-prod-worker').rules.slice(-1) as [
      { custom: { metadata: { queueName: string; messageCount: string } } },
    ];
    assert.equal(queue.custom.metadata.queueName, 'chat-processing');
    assert.equal(queue.custom.metadata.messageCount, '10');
  });

  it('lets a setting given by name take the place of the wired one, and an empty one remove it', () => {
    const { resources } = expandDeployment('dev', {
      otherSettings: { LOG_LEVEL: 'debug', AZURE_OPENAI_DEPLOYMENT: '', OPENAI_MODEL: 'x' },
    });
    const app = resources.find(({ type }) => type === 'Microsoft.App/containerApps');
    const { env } = (
      (app?.body['properties'] ?? {}) as {
        template: { containers: [{ env: { name: string; value: string }[] }] };
      }
    ).template.containers[0];
    const values = (name: string) =>
      env.filter((setting) => setting.name === name).map(({ value }) => value);
    assert.deepEqual(values('LOG_LEVEL'), ['debug']);
    assert.deepEqual(values('AZURE_OPENAI_DEPLOYMENT'), []);
    assert.deepEqual(values('OPENAI_MODEL'), ['x']);
  });

  it('keeps its names within what Azure allows, with the longest environment name', () => {
    const longest = {
      'Microsoft.KeyVault/vaults': 24,
      'Microsoft.Storage/storageAccounts': 24,
      'Microsoft.App/containerApps': 32,
      'Microsoft.DocumentDB/databaseAccounts': 44,
      'Microsoft.BotService/botServices': 42,
      'Microsoft.ServiceBus/namespaces': 50,
    };
    const { resources } = expandDeployment('prod', { environmentName: 'fifteen-letters' });
    for (const { type, name } of resources)
      if (type in longest)
        assert.ok(name.length <= longest[type as keyof typeof longest], `${type} ${name}`);
  });
});
