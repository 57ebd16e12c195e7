import { isObject, type JsonObject, listAt, objectAt, textAt } from './arm/json.ts';
import { readJson, readModule } from './arm/read-templates.ts';
import { writeBicep } from './write-bicep.ts';

/** Files that are put together from modules/, by path below deploymentTemplates/; whoever changes a module makes them anew. */
export function assembledFiles(): ReadonlyMap<string, string> {
  const inGroup = withModulesInside(readModule('main.json'));
  return new Map([
    ['deployUseExistResourceGroup/template.json', toText(inGroup)],
    ['deployWithNewResourceGroup/template.json', toText(withNewGroup(inGroup))],
    [
      'main.bicep',
      writeBicep(readModule('main.json'), objectAt(readJson('parameters/dev.json'), 'parameters')),
    ],
  ]);
}

function toText(template: JsonObject): string {
  return `${JSON.stringify(template, undefined, 1)}\n`;
}

/** A template that needs no other file: az and azd deploy it without anything being hosted anywhere. */
export function withModulesInside(main: JsonObject): JsonObject {
  const resources = listAt(main, 'resources').map((resource) => {
    if (!isObject(resource)) return resource;
    const { templateLink, ...properties } = objectAt(resource, 'properties');
    const fileName = textAt(templateLink, 'relativePath');
    if (fileName === '') return resource;
    return {
      ...resource,
      properties: {
        ...properties,
        expressionEvaluationOptions: { scope: 'inner' },
        template: readModule(fileName),
      },
    };
  });
  return { ...main, resources };
}

const groupParameter = {
  type: 'string',
  defaultValue: "[concat('rg-career-mentor-', parameters('environmentName'))]",
  maxLength: 90,
  metadata: { description: 'Name of the resource group, which is made where it is missing.' },
} as const;

/** The same for a subscription: makes the resource group, and everything in it. */
function withNewGroup(inGroup: JsonObject): JsonObject {
  const parameters = objectAt(inGroup, 'parameters');
  const group = "[parameters('resourceGroupName')]";
  const tags = { workload: 'career-mentor', 'azd-env-name': "[parameters('environmentName')]" };
  const deployment = 'career-mentor';
  return {
    $schema:
      'https://schema.management.azure.com/schemas/2018-05-01/subscriptionDeploymentTemplate.json#',
    contentVersion: '1.0.0.0',
    metadata: { description: 'Made by npm run deploy:assemble from modules/; change those.' },
    parameters: {
      ...parameters,
      resourceGroupName: { ...groupParameter },
      location: { ...objectAt(parameters, 'location'), defaultValue: '[deployment().location]' },
    },
    resources: [
      {
        type: 'Microsoft.Resources/resourceGroups',
        apiVersion: '2022-09-01',
        name: group,
        location: "[parameters('location')]",
        tags,
      },
      {
        type: 'Microsoft.Resources/deployments',
        apiVersion: '2022-09-01',
        name: deployment,
        resourceGroup: group,
        dependsOn: [
          "[subscriptionResourceId('Microsoft.Resources/resourceGroups', parameters('resourceGroupName'))]",
        ],
        properties: {
          mode: 'Incremental',
          expressionEvaluationOptions: { scope: 'inner' },
          parameters: Object.fromEntries(
            Object.keys(parameters).map((name) => [name, { value: `[parameters('${name}')]` }]),
          ),
          template: inGroup,
        },
      },
    ],
    outputs: Object.fromEntries(
      Object.entries(objectAt(inGroup, 'outputs')).map(([name, output]) => [
        name,
        {
          type: textAt(output, 'type'),
          value: `[reference(resourceId(subscription().subscriptionId, parameters('resourceGroupName'), 'Microsoft.Resources/deployments', '${deployment}')).outputs.${name}.value]`,
        },
      ]),
    ),
  };
}
