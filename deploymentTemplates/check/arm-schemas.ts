import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { ErrorObject } from 'ajv';
import ajvDraft04 from 'ajv-draft-04';
import {
  isObject,
  type JsonObject,
  type JsonValue,
  objectAt,
  textAt,
} from '#deploymentTemplates/arm/json.ts';

/** Microsoft's published resource schemas (https://github.com/Azure/azure-resource-manager-schemas), a folder a version. */
export interface ArmSchemas {
  /** Undefined: there is no such type in this version. */
  problemsIn(type: string, apiVersion: string, resource: JsonObject): string[] | undefined;
  versionsOf(type: string): string[];
}

/** The folder named by ARM_SCHEMAS_DIR, or the one beside the project; undefined where there is none. */
export function findSchemaFolder(
  environment: Readonly<Record<string, string | undefined>>,
): string | undefined {
  const folder =
    environment['ARM_SCHEMAS_DIR'] ?? join(import.meta.dirname, '../../../shared/arm-schemas');
  return existsSync(folder) ? folder : undefined;
}

/**
 * Loads the schemas and closes them: as published they allow unknown properties, which would let every misspelt one pass.
 * Objects that are put together by allOf, oneOf or anyOf stay as they are.
 */
export function loadArmSchemas(
  folder: string,
  wanted: Iterable<{ readonly type: string; readonly apiVersion: string }>,
): ArmSchemas {
  const ajv = new ajvDraft04.default({
    strict: false,
    allErrors: true,
    validateFormats: false,
    logger: false,
    inlineRefs: false,
  });
  const references = new Map<string, string>();
  for (const [path, schema] of schemaFiles(folder, wanted)) {
    const id = (
      textAt(schema, 'id') || `https://schema.management.azure.com/schemas/${path}`
    ).replace(/#$/, '');
    const isShared = path.startsWith('common/');
    ajv.addSchema({ ...(isShared ? schema : closed(schema)), id }, id);
    for (const [section, definitions] of definitionsOf(schema))
      for (const [name, definition] of Object.entries(definitions)) {
        const type = onlyValue(definition, 'type');
        const version = onlyValue(definition, 'apiVersion');
        // An extension resource has one definition a scope, all alike.
        if (type && version) references.set(keyOf(type, version), `${id}#/${section}/${name}`);
      }
  }
  return {
    problemsIn(type, apiVersion, resource) {
      const reference = references.get(keyOf(type, apiVersion));
      if (reference === undefined) return undefined;
      const validate = ajv.getSchema(reference) ?? ajv.compile({ $ref: reference });
      const problemsOf = (body: JsonObject): string[] =>
        validate(withoutKnownMistakes(body)) ? [] : (validate.errors ?? []).flatMap(describe);
      const problems = problemsOf(resource);
      // Some schemas describe a child's whole name, most its last part.
      const isAboutName = problems.some((problem) => problem.startsWith('/name '));
      return isAboutName ? problemsOf({ ...resource, name: ownName(resource) }) : problems;
    },
    versionsOf: (type) => {
      const provider = type.split('/')[0] ?? '';
      return readdirSync(folder).filter((version) => filesOf(folder, version, provider).length > 0);
    },
  };
}

function describe({ keyword, schemaPath, instancePath, message, params }: ErrorObject): string[] {
  // Every property may be an expression instead; here they are evaluated, so that alternative only repeats the problem.
  const isNoise = keyword === 'oneOf' || keyword === 'anyOf' || schemaPath.includes('/expression/');
  return isNoise ? [] : [`${instancePath || '/'} ${message} ${JSON.stringify(params)}`];
}

function ownName(resource: JsonObject): string {
  return textAt(resource, 'name').split('/').at(-1) ?? '';
}

/** The schema of container apps wants whole cores; Azure takes quarters of one, as its documentation says. */
function withoutKnownMistakes(value: JsonValue): JsonObject {
  return JSON.parse(
    JSON.stringify(value, (name, item) =>
      name === 'cpu' && typeof item === 'number' ? Math.ceil(item) : item,
    ),
  ) as JsonObject;
}

function keyOf(type: string, apiVersion: string): string {
  return `${type}@${apiVersion}`.toLowerCase();
}

/** Only the providers and versions that are used: all of them together are more than a gigabyte. */
function* schemaFiles(
  folder: string,
  wanted: Iterable<{ readonly type: string; readonly apiVersion: string }>,
): Generator<[path: string, schema: JsonObject]> {
  const paths = new Set(['common/definitions.json']);
  for (const { type, apiVersion } of wanted)
    for (const file of filesOf(folder, apiVersion, type.split('/')[0] ?? ''))
      paths.add(`${apiVersion}/${file}`);
  for (const path of paths)
    yield [path, JSON.parse(readFileSync(join(folder, path), 'utf8')) as JsonObject];
}

/** `Microsoft.Network` is spread over several files, such as Microsoft.Network.NRP.json. */
function filesOf(folder: string, version: string, provider: string): string[] {
  const path = join(folder, version);
  if (!existsSync(path) || !statSync(path).isDirectory()) return [];
  const own = `${provider}.`.toLowerCase();
  return readdirSync(path).filter((file) => file.toLowerCase().startsWith(own));
}

function definitionsOf(schema: JsonObject): [section: string, definitions: JsonObject][] {
  return Object.keys(schema)
    .filter((section) => /resourceDefinitions$/i.test(section))
    .map((section) => [section, objectAt(schema, section)]);
}

function onlyValue(definition: JsonValue, property: string): string | undefined {
  const values = objectAt(objectAt(definition, 'properties'), property)['enum'];
  return Array.isArray(values) && typeof values[0] === 'string' ? values[0] : undefined;
}

/** Members that every resource may have, and that the single schemas leave out. */
const commonMembers: JsonObject = { comments: {}, scope: {} };

function closed(schema: JsonObject): JsonObject {
  const sections = ['definitions', ...definitionsOf(schema).map(([section]) => section)];
  return {
    ...schema,
    ...Object.fromEntries(
      sections.map((section) => [
        section,
        Object.fromEntries(
          Object.entries(objectAt(schema, section)).map(([name, definition]) => {
            const isResource = section !== 'definitions';
            const properties = {
              ...(isResource && commonMembers),
              ...objectAt(definition, 'properties'),
            };
            const whole =
              isObject(definition) && isResource ? { ...definition, properties } : definition;
            return [name, close(whole)];
          }),
        ),
      ]),
    ),
  };
}

function close(node: JsonValue, isPartOfWhole = false): JsonValue {
  if (Array.isArray(node)) return node.map((item) => close(item));
  if (!isObject(node)) return node;
  const result = Object.fromEntries(
    Object.entries(node).map(([name, value]) => [name, closeMember(name, value)]),
  );
  // Parts of an allOf see the properties of the other parts: closed, they contradict each other (so does the bot channel's).
  if (isPartOfWhole) delete result['additionalProperties'];
  else if (isClosable(result)) result['additionalProperties'] = false;
  return result;
}

function closeMember(name: string, value: JsonValue): JsonValue {
  if (name === 'enum' || name === 'required') return value;
  if (name === 'allOf' && Array.isArray(value)) return value.map((item) => close(item, true));
  if (name !== 'properties' || !isObject(value)) return close(value);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, close(item)]));
}

function isClosable(node: JsonObject): boolean {
  const isPlain = !['allOf', 'oneOf', 'anyOf'].some((keyword) => keyword in node);
  return (
    node['type'] === 'object' &&
    'properties' in node &&
    !('additionalProperties' in node) &&
    isPlain
  );
}
