import { isObject, type JsonObject, type JsonValue, listAt, objectAt, textAt } from './arm/json.ts';

/** What azd looks for among the outputs, by the name of ours. */
const azdNames: Readonly<Record<string, string>> = {
  registryServer: 'AZURE_CONTAINER_REGISTRY_ENDPOINT',
  publicUrl: 'SERVICE_MENTOR_URI',
  webAppName: 'SERVICE_MENTOR_NAME',
};

/** Bicep's own way to put a value into a text. */
const placeholder = '$' + '{environmentName}';

/**
 * The Bicep file that azd starts from: it names a size, and hands everything on to the JSON template. Parameters that a size
 * fixes come out of parameters/, the rest can be set one by one.
 */
export function writeBicep(main: JsonObject, sized: JsonObject): string {
  const parameters = Object.entries(objectAt(main, 'parameters'));
  const own = parameters.filter(([name]) => !Object.hasOwn(sized, name) && name !== 'location');
  return `${[
    '// Made by npm run deploy:assemble; change modules/ and parameters/ instead. It only hands parameters on.',
    "targetScope = 'subscription'",
    '',
    "@description('dev is small and cheap, prod is the whole architecture.')",
    "@allowed(['dev', 'prod'])",
    "param size string = 'dev'",
    '',
    "@description('Region of everything that has one.')",
    'param location string',
    '',
    "@description('Name of the resource group, which is made where it is missing.')",
    `param resourceGroupName string = 'rg-career-mentor-${placeholder}'`,
    '',
    ...own.flatMap(([name, definition]) => [...declaration(name, definition), '']),
    'var sizes = {',
    "  dev: loadJsonContent('parameters/dev.json').parameters",
    "  prod: loadJsonContent('parameters/prod.json').parameters",
    '}',
    'var chosen = sizes[size]',
    '',
    "module mentor 'deployWithNewResourceGroup/template.json' = {",
    `  name: 'career-mentor-${placeholder}'`,
    '  params: {',
    '    resourceGroupName: resourceGroupName',
    '    location: location',
    ...own.map(([name]) => `    ${name}: ${name}`),
    ...Object.keys(sized).map((name) => `    ${name}: chosen.${name}.value`),
    '  }',
    '}',
    '',
    'output AZURE_RESOURCE_GROUP string = resourceGroupName',
    ...Object.keys(objectAt(main, 'outputs')).map(
      (name) => `output ${azdNames[name] ?? name} string = mentor.outputs.${name}`,
    ),
  ].join('\n')}\n`;
}

function declaration(name: string, definition: JsonValue): string[] {
  const description = textAt(objectAt(definition, 'metadata'), 'description');
  const allowed = listAt(definition, 'allowedValues');
  const fallback = isObject(definition) ? definition['defaultValue'] : undefined;
  return [
    ...(description === '' ? [] : [`@description(${literal(description)})`]),
    ...(allowed.length === 0 ? [] : [`@allowed(${literal(allowed)})`]),
    ...['minLength', 'maxLength', 'minValue', 'maxValue'].flatMap((limit) =>
      isObject(definition) && typeof definition[limit] === 'number'
        ? [`@${limit}(${definition[limit]})`]
        : [],
    ),
    `param ${name} ${textAt(definition, 'type')}${fallback === undefined ? '' : ` = ${literal(fallback)}`}`,
  ];
}

/** A value in Bicep's spelling. */
function literal(value: JsonValue): string {
  if (typeof value === 'string')
    return `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('${', '\\${')}'`;
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`;
  if (isObject(value))
    return Object.keys(value).length === 0
      ? '{}'
      : `{ ${Object.entries(value)
          .map(([name, item]) => `${name}: ${literal(item)}`)
          .join(', ')} }`;
  return String(value);
}
