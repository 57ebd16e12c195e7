import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { accessNeeds } from '#deploymentTemplates/access-needs.ts';
import { expandDeployment } from '#deploymentTemplates/arm/deployment.ts';
import type { Expansion } from '#deploymentTemplates/arm/expand.ts';
import type { JsonObject } from '#deploymentTemplates/arm/json.ts';
import { readModule } from '#deploymentTemplates/arm/read-templates.ts';
import { assembledFiles } from '#deploymentTemplates/assemble.ts';
import { findSchemaFolder, loadArmSchemas } from '#deploymentTemplates/check/arm-schemas.ts';
import { checkAccess } from '#deploymentTemplates/check/check-access.ts';
import { checkBicep } from '#deploymentTemplates/check/check-bicep.ts';
import { checkDependencies } from '#deploymentTemplates/check/check-dependencies.ts';
import {
  checkExpressions,
  checkOutputsUsed,
} from '#deploymentTemplates/check/check-expressions.ts';
import { checkHardening } from '#deploymentTemplates/check/check-hardening.ts';
import { checkSecrets } from '#deploymentTemplates/check/check-secrets.ts';
import {
  checkProgramReadsSettings,
  checkSettings,
  documentedSettings,
} from '#deploymentTemplates/check/check-settings.ts';
import type { Problem } from '#deploymentTemplates/check/problem.ts';
import { runChecks } from '#deploymentTemplates/check/run-checks.ts';

const said = (problems: readonly Problem[]) =>
  problems.map(({ where, what }) => `${where}: ${what}`).join('\n');

/** The plan of a size with one resource changed. */
function changed(
  size: 'dev' | 'prod',
  type: string,
  change: (body: JsonObject) => JsonObject,
): Expansion {
  const { resources, outputs } = expandDeployment(size);
  return {
    outputs,
    resources: resources.map((resource) =>
      resource.type === type && resource.isCreated
        ? { ...resource, body: change(structuredClone(resource.body)) }
        : resource,
    ),
  };
}

describe('the infrastructure as it stands', () => {
  it('passes every check that this machine can run', async () => {
    for (const { name, problems } of await runChecks(process.env))
      assert.equal(said(problems), '', name);
  });
});

describe('the check of expressions', () => {
  it('finds names that do not exist, unknown functions, wrong numbers of arguments and what is used nowhere', () => {
    const found = said(
      checkExpressions('x.json', {
        parameters: { unused: { type: 'string' } },
        variables: { v: "[reference('a')]" },
        resources: [
          {
            name: "[parameters('gone')]",
            properties: {
              a: "[nope('x')]",
              b: "[not('a', 'b')]",
              c: "[concat('a']",
              d: "[variables('v')]",
            },
          },
        ],
      }),
    );
    assert.match(found, /x\.json resources\[0\]\.name: there is no parameter "gone"/);
    assert.match(found, /there is no function nope/);
    assert.match(found, /not takes 1 to 1 arguments, and was given 2/);
    assert.match(found, /"\)" is missing/);
    assert.match(found, /x\.json parameters\.unused: is used nowhere/);
    assert.match(found, /variables\.v: reference cannot be used here/);
  });

  it('finds outputs and modules that nobody uses', () => {
    const found = said(
      checkOutputsUsed({ resources: [] }, new Map([['lonely.json', { outputs: {} }]])),
    );
    assert.equal(found, 'lonely.json: main.json does not use this module');
  });
});

describe('the check of the order', () => {
  it('finds what does not wait for what it needs, and what names something that nothing creates', () => {
    const { resources, outputs } = expandDeployment('dev');
    const lazy = resources.map((resource) =>
      resource.type === 'Microsoft.DocumentDB/databaseAccounts/sqlDatabases'
        ? { ...resource, waitsFor: [], names: ['/subscriptions/x/providers/A.B/c/gone'] }
        : resource,
    );
    const found = said(checkDependencies({ resources: lazy, outputs }));
    assert.match(
      found,
      /sqlDatabases .*: needs Microsoft\.DocumentDB\/databaseAccounts\/.*, and does not wait for it/,
    );
    assert.match(found, /names A\.B\/c\/gone, which nothing creates/);
  });

  it('finds two resources of one name', () => {
    const { resources, outputs } = expandDeployment('dev');
    const found = said(
      checkDependencies({
        resources: [
          ...resources,
          ...resources.filter(({ type }) => type === 'Microsoft.KeyVault/vaults'),
        ],
        outputs,
      }),
    );
    assert.match(found, /Microsoft\.KeyVault\/vaults .*: is created twice/);
  });
});

describe('the check of secrets', () => {
  it('finds keys that leave by outputs, settings or plain parameters, and what no repetition gives again', () => {
    const found = said(
      checkSecrets('x.json', {
        parameters: {
          slackToken: { type: 'string' },
          password: { type: 'securestring', defaultValue: 'x' },
        },
        resources: [
          {
            type: 'Microsoft.App/containerApps',
            name: '[newGuid()]',
            properties: { key: "[listKeys('a', 'b').primaryKey]" },
          },
          {
            type: 'Microsoft.KeyVault/vaults/secrets',
            name: 'x',
            properties: { value: "[listKeys('a', 'b').primaryKey]" },
          },
        ],
        outputs: {
          a: { value: "[listKeys('a', 'b').primaryKey]" },
          b: { value: "[parameters('password')]" },
        },
      }),
    );
    assert.match(found, /parameters\.slackToken: sounds like a secret/);
    assert.match(found, /parameters\.password: is a secret with a default value/);
    assert.match(found, /outputs\.a\.value: lets a secret out/);
    assert.match(found, /outputs\.b\.value: lets a secret out/);
    assert.match(found, /resources\[0\]\.properties\.key: reads a key anywhere but into the vault/);
    assert.match(found, /resources\[0\]\.name: changes with every deployment/);
    assert.doesNotMatch(found, /resources\[1\]/);
  });
});

describe('the check of access', () => {
  const access = readModule('access.json');

  it('finds a role that nobody asked for, and a need that has no role', () => {
    const [first, ...others] = accessNeeds;
    assert.ok(first);
    assert.match(
      said(checkAccess(access, others)),
      /grants what access-needs\.ts does not ask for: programPrincipalId 7f951dda/,
    );
    const wanted = {
      ...first,
      roleId: 'b24988ac-6180-42a0-ab88-20f7382dd24c',
      role: 'Contributor',
    };
    assert.match(said(checkAccess(access, [...accessNeeds, wanted])), /does not get Contributor/);
  });

  it('finds a package that calls Azure and that no need names', () => {
    const without = accessNeeds.filter((need) => need.package !== '@azure/service-bus');
    assert.match(
      said(checkAccess(access, without)),
      /no need names the package @azure\/service-bus/,
    );
  });
});

describe('the check of settings', () => {
  const template = readModule('app-settings.json');

  it('reads every name out of .env.example, also where it is commented out', () => {
    assert.deepEqual(
      documentedSettings('# PORT is a port.\n#PORT=1\nMicrosoftAppId=x\n# Default: A=b\n'),
      ['PORT', 'MicrosoftAppId'],
    );
  });

  it('finds a setting that is not wired, and a secret that the program would not look for', () => {
    assert.match(said(checkSettings(template, ['BRAND_NEW'], [])), /BRAND_NEW is not wired/);
    assert.match(
      said(checkSettings(template, [], ['NEW_SECRET'])),
      /NEW_SECRET is a secret, and does not come out of the vault/,
    );
    assert.match(
      said(checkSettings(template, ['SLACK_BOT_TOKEN'], [])),
      /SLACK_BOT_TOKEN is said to come out of the vault/,
    );
  });

  it('lets the program itself read what it would be given', () => {
    const { resources, outputs } = expandDeployment('dev', {
      otherSettings: { MicrosoftAppType: 'Nonsense' },
    });
    assert.match(said(checkProgramReadsSettings({ resources, outputs })), /MicrosoftAppType/);
  });
});

describe('the check of hardening', () => {
  it('finds keys that were let in again, and doors left open', () => {
    const withKeys = changed('prod', 'Microsoft.Storage/storageAccounts', (body) => ({
      ...body,
      tags: body['tags'] ?? {},
      properties: {
        ...(body['properties'] as JsonObject),
        allowSharedKeyAccess: true,
        publicNetworkAccess: 'Enabled',
      },
    }));
    const found = said(checkHardening(withKeys, { isPrivate: true }));
    assert.match(found, /allowSharedKeyAccess must be false/);
    assert.match(found, /can be reached from the internet/);
  });

  it('finds what has no tags', () => {
    const untagged = changed('dev', 'Microsoft.KeyVault/vaults', ({ tags: _, ...body }) => body);
    assert.match(said(checkHardening(untagged, { isPrivate: false })), /vaults .*: has no tags/);
  });
});

describe('Microsoft’s schemas', () => {
  const folder = findSchemaFolder(process.env);
  const skip = folder === undefined && 'no schemas here; name their folder with ARM_SCHEMAS_DIR';

  it('are closed, so that misspelt properties fail, and know which versions there are', {
    skip,
  }, () => {
    const type = 'Microsoft.KeyVault/vaults';
    const schemas = loadArmSchemas(folder ?? '', [{ type, apiVersion: '2026-02-01' }]);
    const vault = {
      type,
      apiVersion: '2026-02-01',
      name: 'kv',
      location: 'x',
      properties: {
        tenantId: '00000000-0000-0000-0000-000000000000',
        sku: { family: 'A', name: 'standard' },
      },
    };
    assert.deepEqual(schemas.problemsIn(type, '2026-02-01', vault), []);
    const misspelt = {
      ...vault,
      properties: {
        ...vault.properties,
        enablePurgeProtektion: true,
        sku: { family: 'B', name: 'standard' },
      },
    };
    const found = (schemas.problemsIn(type, '2026-02-01', misspelt) ?? []).join('\n');
    assert.match(found, /enablePurgeProtektion/);
    assert.match(found, /family/);
    assert.equal(schemas.problemsIn(type, '1999-01-01', vault), undefined);
    assert.deepEqual(schemas.versionsOf(type), ['2026-02-01']);
  });

  it('are left out with a reason where there are none', async () => {
    const results = await runChecks({ ARM_SCHEMAS_DIR: '/nowhere' });
    const left = results.find(({ name }) => name.includes('schemas'));
    assert.match(left?.leftOut ?? '', /ARM_SCHEMAS_DIR/);
    assert.deepEqual(left?.problems, []);
  });
});

describe('the assembled files', () => {
  it('need nothing hosted: no template links to another', () => {
    for (const [path, content] of assembledFiles())
      assert.doesNotMatch(content, /templateLink/, path);
  });

  it('hand every parameter on, from Bicep to the subscription to the group', () => {
    const files = assembledFiles();
    const parameters = Object.keys(readModule('main.json')['parameters'] as JsonObject);
    const bicep = files.get('main.bicep') ?? '';
    const outer = JSON.parse(files.get('deployWithNewResourceGroup/template.json') ?? '') as {
      parameters: JsonObject;
      resources: [unknown, { properties: { parameters: JsonObject } }];
    };
    assert.deepEqual(
      Object.keys(outer.parameters).toSorted(),
      [...parameters, 'resourceGroupName'].toSorted(),
    );
    assert.deepEqual(Object.keys(outer.resources[1].properties.parameters), parameters);
    for (const name of parameters) assert.match(bicep, new RegExp(`^    ${name}: `, 'm'), name);
  });

  it('hold Bicep without a syntax error, and a broken one is found', async (context) => {
    const problems = await checkBicep('main.bicep', assembledFiles().get('main.bicep') ?? '');
    if (problems === undefined)
      return context.skip('web-tree-sitter and tree-sitter-bicep are not installed');
    assert.deepEqual(problems, []);
    assert.notDeepEqual(await checkBicep('x.bicep', "param x string = 'a\nvar = {"), []);
  });
});
