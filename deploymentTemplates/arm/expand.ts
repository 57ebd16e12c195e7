import { evaluateAll, type Place, type Scope, typeAndNames } from './evaluate.ts';
import { EvaluationError, flag, record, text, type Value } from './functions.ts';
import { isObject, type JsonObject, type JsonValue, listAt, objectAt, textAt } from './json.ts';
import { LiveValue } from './live-value.ts';
import { parameterValues } from './parameter-values.ts';

/** One resource as it would be sent to Azure. */
export interface PlannedResource {
  readonly id: string;
  readonly type: string;
  /** With the names of its parents, as it stands in the template. */
  readonly name: string;
  readonly apiVersion: string;
  /** File name of the template that it stands in. */
  readonly template: string;
  /** Name of the deployment that creates it. */
  readonly deployment: string;
  /** False where its condition says no. */
  readonly isCreated: boolean;
  /** Evaluated, without `condition`, `copy` and `dependsOn`. */
  readonly body: JsonObject;
  /** Ids of what it waits for, by itself and by what it reads. */
  readonly waitsFor: readonly string[];
  /** Ids of what it names in its body. */
  readonly names: readonly string[];
}

export interface Expansion {
  readonly resources: readonly PlannedResource[];
  readonly outputs: { readonly [name: string]: Value };
}

/**
 * What a template would create at a place with these parameters: conditions decided, loops unrolled, names worked out, nested
 * templates included. Throws an EvaluationError where Azure would refuse the template or a parameter.
 */
export function expandTemplate(options: {
  readonly template: JsonObject;
  readonly given: { readonly [name: string]: Value };
  readonly place: Place;
  /** How a linked template is found. */
  readonly readLinked: (fileName: string) => JsonObject;
  readonly templateName?: string;
  readonly deploymentName?: string;
}): Expansion {
  const { template, given, place, readLinked } = options;
  const templateName = options.templateName ?? 'main.json';
  const deployment = options.deploymentName ?? 'main';
  const nested = new Map<string, () => Expansion>();
  const named = { ids: [] as string[], reads: [] as string[] };
  const scope = createScope({ template, given, place, nested, named });
  const resources = listAt(template, 'resources')
    .filter(isObject)
    .flatMap((resource) => copiesOf(resource, scope).map((copyScope) => plan(resource, copyScope)));

  function plan(resource: JsonObject, own: Scope): PlannedResource {
    named.ids.length = 0;
    named.reads.length = 0;
    const isCreated =
      resource['condition'] === undefined || flag(evaluateAll(resource['condition'], own));
    const type = textAt(resource, 'type');
    const name = text(evaluateAll(resource['name'] ?? '', own));
    const scopeId =
      resource['scope'] === undefined ? undefined : text(evaluateAll(resource['scope'], own));
    const dependsOn = listAt(resource, 'dependsOn').map((id) => text(evaluateAll(id, own)));
    named.ids.length = 0;
    if (scopeId !== undefined) named.ids.push(scopeId);
    const id = idOf(type, name, scopeId, place);
    if (isNested(resource))
      nested.set(
        id,
        onlyOnce(id, () => expandNested(resource, name, own)),
      );
    const { condition: _, copy: __, dependsOn: ___, ...rest } = resource;
    const body = isCreated ? bodyOf(rest, own) : {};
    return {
      id,
      type,
      name,
      isCreated,
      body,
      deployment,
      apiVersion: textAt(resource, 'apiVersion'),
      template: templateName,
      waitsFor: [...dependsOn, ...named.reads],
      names: [...new Set(named.ids)],
    };
  }

  function expandNested(resource: JsonObject, name: string, own: Scope): Expansion {
    const properties = objectAt(resource, 'properties');
    const fileName = textAt(properties['templateLink'], 'relativePath');
    const parameters = record(evaluateAll(objectAt(properties, 'parameters'), own));
    return expandTemplate({
      template: isObject(properties['template']) ? properties['template'] : readLinked(fileName),
      given: Object.fromEntries(
        Object.entries(parameters).map(([key, item]) => [key, record(item)['value'] ?? null]),
      ),
      place,
      readLinked,
      templateName: fileName || templateName,
      deploymentName: name,
    });
  }

  const created = resources.filter(({ isCreated }) => isCreated);
  const inner = created.flatMap(({ id }) => nested.get(id)?.().resources ?? []);
  const outputs = Object.fromEntries(
    Object.entries(objectAt(template, 'outputs')).map(([name, output]) => [
      name,
      evaluateAll(isObject(output) ? (output['value'] ?? null) : null, scope),
    ]),
  );
  return { resources: [...resources, ...inner], outputs };
}

function createScope(options: {
  readonly template: JsonObject;
  readonly given: { readonly [name: string]: Value };
  readonly place: Place;
  readonly nested: ReadonlyMap<string, () => Expansion>;
  readonly named: { readonly ids: string[]; readonly reads: string[] };
}): Scope {
  const { template, given, place, nested, named } = options;
  const parameters = new Map<string, () => Value>();
  const variables = new Map<string, () => Value>();
  const scope: Scope = {
    parameters,
    variables,
    place,
    copyIndexes: new Map(),
    lambdaVariables: new Map(),
    onResourceId: (id) => void named.ids.push(id),
    referenceTo(id) {
      named.reads.push(id);
      const expansion = nested.get(id);
      if (expansion === undefined) return new LiveValue(id.split('/').at(-1) ?? id);
      const outputs = Object.entries(expansion().outputs).map(([name, value]) => [name, { value }]);
      return { outputs: Object.fromEntries(outputs) as Value };
    },
  };
  for (const [name, value] of Object.entries(objectAt(template, 'variables')))
    variables.set(
      name,
      onlyOnce(`variable ${name}`, () => evaluateAll(value, scope)),
    );
  for (const [name, value] of parameterValues(objectAt(template, 'parameters'), given, scope))
    parameters.set(name, value);
  return scope;
}

/** Evaluates when first asked, and says so where it would need itself. */
function onlyOnce<Result>(what: string, evaluate: () => Result): () => Result {
  let state: { readonly result: Result } | 'running' | undefined;
  return () => {
    if (state === 'running') throw new EvaluationError(`${what} needs itself`);
    if (state === undefined) {
      state = 'running';
      state = { result: evaluate() };
    }
    return state.result;
  };
}

function copiesOf(resource: JsonObject, scope: Scope): Scope[] {
  const copy = resource['copy'];
  if (copy === undefined) return [scope];
  const count = Number(evaluateAll(objectAt(resource, 'copy')['count'] ?? 0, scope));
  return Array.from({ length: count }, (_, index) => ({
    ...scope,
    copyIndexes: new Map([...scope.copyIndexes, [textAt(copy, 'name'), index]]),
  }));
}

function isNested(resource: JsonObject): boolean {
  return textAt(resource, 'type') === 'Microsoft.Resources/deployments';
}

/** Of a nested deployment only its parameters are ours to evaluate; its template evaluates in its own scope. */
function bodyOf(resource: JsonObject, scope: Scope): JsonObject {
  if (!isNested(resource)) return plain(evaluateAll(resource, scope)) as JsonObject;
  const parameters = objectAt(objectAt(resource, 'properties'), 'parameters');
  return { ...resource, properties: { parameters: plain(evaluateAll(parameters, scope)) } };
}

/** What Azure alone knows becomes its description. */
function plain(value: Value): JsonValue {
  if (value instanceof LiveValue) return String(value);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, plain(item)]));
  return value;
}

function idOf(type: string, name: string, scopeId: string | undefined, place: Place): string {
  const group = `/subscriptions/${place.subscriptionId}/resourceGroups/${place.resourceGroup}`;
  return `${scopeId ?? group}/providers/${typeAndNames(type, name.split('/'))}`;
}
