import { arityOf } from '#deploymentTemplates/arm/evaluate.ts';
import {
  isObject,
  type JsonObject,
  listAt,
  objectAt,
  stringsIn,
  textAt,
} from '#deploymentTemplates/arm/json.ts';
import {
  type Expression,
  isExpression,
  parseExpression,
  partsOf,
} from '#deploymentTemplates/arm/parse-expression.ts';
import type { Problem } from './problem.ts';

/**
 * Reads every expression of a template without evaluating it, those behind a false condition too: syntax, functions and their
 * number of arguments, parameters and variables that exist and are used, and what Azure allows only in some places.
 */
export function checkExpressions(fileName: string, template: JsonObject): Problem[] {
  const used = { parameters: new Set<string>(), variables: new Set<string>() };
  const problems: Problem[] = [];
  for (const { path, text } of stringsIn(template)) {
    if (path.startsWith('metadata.') || !isExpression(text)) continue;
    const where = `${fileName} ${path}`;
    try {
      for (const part of partsOf(parseExpression(text)))
        for (const what of problemsOf(part, path, template, used)) problems.push({ where, what });
    } catch (error) {
      problems.push({ where, what: error instanceof Error ? error.message : String(error) });
    }
  }
  problems.push(...unused(fileName, template, used));
  return problems;
}

type Used = { readonly parameters: Set<string>; readonly variables: Set<string> };

function problemsOf(part: Expression, path: string, template: JsonObject, used: Used): string[] {
  if (part.kind !== 'call') return [];
  const arity = arityOf(part.name);
  if (arity === undefined) return [`there is no function ${part.name}`];
  const count = part.given.length;
  if (count < arity[0] || count > arity[1])
    return [`${part.name} takes ${arity.join(' to ')} arguments, and was given ${count}`];
  if (part.name === 'parameters' || part.name === 'variables')
    return unknownName(part.name, part.given[0], template, used);
  return /^(?:reference|list[A-Z]\w*)$/.test(part.name) ? misplacedRead(part.name, path) : [];
}

function unknownName(
  kind: 'parameters' | 'variables',
  given: Expression | undefined,
  template: JsonObject,
  used: Used,
): string[] {
  if (given?.kind !== 'literal') return [`${kind}() needs a name in quotation marks`];
  const name = String(given.value);
  used[kind].add(name);
  return Object.hasOwn(objectAt(template, kind), name)
    ? []
    : [`there is no ${kind.slice(0, -1)} "${name}"`];
}

/** Azure reads the state of resources only while it deploys them: not for names, conditions, loops or variables. */
function misplacedRead(name: string, path: string): string[] {
  const isEarly =
    /^(?:variables|parameters)\b/.test(path) ||
    /^resources\[\d+\]\.(?:name|type|condition|copy|dependsOn|scope|apiVersion)\b/.test(path);
  return isEarly ? [`${name} cannot be used here`] : [];
}

function unused(fileName: string, template: JsonObject, used: Used): Problem[] {
  return (['parameters', 'variables'] as const).flatMap((kind) =>
    Object.keys(objectAt(template, kind))
      .filter((name) => !used[kind].has(name))
      .map((name) => ({ where: `${fileName} ${kind}.${name}`, what: 'is used nowhere' })),
  );
}

/** Every output of a module is read by the main template, and every module is used. */
export function checkOutputsUsed(
  main: JsonObject,
  modules: ReadonlyMap<string, JsonObject>,
): Problem[] {
  const mainText = JSON.stringify(main);
  const deployments = listAt(main, 'resources').filter(isObject);
  return [...modules].flatMap(([fileName, template]) => {
    const names = deployments
      .filter(
        (resource) =>
          textAt(objectAt(objectAt(resource, 'properties'), 'templateLink'), 'relativePath') ===
          fileName,
      )
      .map((resource) => textAt(resource, 'name'));
    if (names.length === 0)
      return [{ where: fileName, what: 'main.json does not use this module' }];
    return Object.keys(objectAt(template, 'outputs'))
      .filter(
        (output) => !names.some((name) => mainText.includes(`'${name}')).outputs.${output}.`)),
      )
      .map((output) => ({ where: `${fileName} outputs.${output}`, what: 'is used nowhere' }));
  });
}
