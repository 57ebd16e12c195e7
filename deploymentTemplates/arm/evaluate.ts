import {
  EvaluationError,
  flag,
  functions,
  list,
  number,
  record,
  text,
  type Value,
} from './functions.ts';
import { isObject, type JsonValue } from './json.ts';
import { LiveValue } from './live-value.ts';
import { type Expression, isExpression, parseExpression } from './parse-expression.ts';

/** What the names in an expression mean. */
export interface Scope {
  readonly parameters: ReadonlyMap<string, () => Value>;
  readonly variables: ReadonlyMap<string, () => Value>;
  readonly copyIndexes: ReadonlyMap<string, number>;
  readonly lambdaVariables: ReadonlyMap<string, Value>;
  readonly place: Place;
  /** What Azure would tell of a resource. */
  readonly referenceTo: (id: string) => Value;
  /** Is told of every resource that an expression names. */
  readonly onResourceId: (id: string) => void;
}

/** Where a template is deployed to. */
export interface Place {
  readonly subscriptionId: string;
  readonly tenantId: string;
  readonly resourceGroup: string;
  readonly location: string;
}

/** Evaluates a whole value, expressions in its property names included. Throws an EvaluationError. */
export function evaluateAll(value: JsonValue, scope: Scope): Value {
  if (typeof value === 'string')
    return isExpression(value) ? evaluateText(value, scope) : value.replace(/^\[\[/, '[');
  if (Array.isArray(value)) return value.map((item) => evaluateAll(item, scope));
  if (isObject(value))
    return Object.fromEntries(
      Object.entries(value).map(([name, item]) => [
        text(evaluateAll(name, scope)),
        evaluateAll(item, scope),
      ]),
    );
  return value;
}

function evaluateText(source: string, scope: Scope): Value {
  try {
    return evaluate(parseExpression(source), scope);
  } catch (error) {
    if (error instanceof EvaluationError && error.message.includes(' in [')) throw error;
    const words = error instanceof Error ? error.message : String(error);
    throw new EvaluationError(`${words} in ${source.slice(0, 160)}`, { cause: error });
  }
}

function evaluate(expression: Expression, scope: Scope): Value {
  switch (expression.kind) {
    case 'literal':
      return expression.value;
    case 'property':
      return member(evaluate(expression.of, scope), expression.name);
    case 'index':
      return member(evaluate(expression.of, scope), evaluate(expression.index, scope));
    case 'call':
      return call(expression, scope);
    default:
      return expression satisfies never;
  }
}

function member(of: Value, name: Value): Value {
  if (of instanceof LiveValue) return of.get(typeof name === 'number' ? name : text(name));
  const found = Array.isArray(of) ? of[number(name)] : record(of)[text(name)];
  if (found === undefined) throw new EvaluationError(`there is no "${String(name)}"`);
  return found;
}

type Call = Extract<Expression, { kind: 'call' }>;

function call({ name, given }: Call, scope: Scope): Value {
  const special = specialForms.get(name) ?? scopeFunctions.get(name);
  if (special !== undefined) return special(given, scope);
  if (/^list[A-Z]/.test(name))
    return new LiveValue(`${name}(${nameOf(text(argument(given[0], scope)))})`);
  const pure = functions.get(name);
  if (pure === undefined) throw new EvaluationError(`there is no function ${name}`);
  return pure.run(given.map((part) => evaluate(part, scope)));
}

type Form = (given: readonly Expression[], scope: Scope) => Value;

/** These do not evaluate all that they are given. */
const specialForms: ReadonlyMap<string, Form> = new Map<string, Form>([
  [
    'if',
    ([condition, yes, no], scope) => argument(flag(argument(condition, scope)) ? yes : no, scope),
  ],
  [
    'filter',
    ([items, lambda], scope) =>
      list(argument(items, scope)).filter((item) => flag(apply(lambda, item, scope))),
  ],
  [
    'map',
    ([items, lambda], scope) =>
      list(argument(items, scope)).map((item) => apply(lambda, item, scope)),
  ],
]);

/** These look at where they stand. */
const scopeFunctions: ReadonlyMap<string, Form> = new Map<string, Form>([
  ['parameters', (given, scope) => named('parameter', scope.parameters, given, scope)()],
  ['variables', (given, scope) => named('variable', scope.variables, given, scope)()],
  [
    'lambdaVariables',
    (given, scope) => named('lambda variable', scope.lambdaVariables, given, scope),
  ],
  ['copyIndex', ([name], scope) => copyIndex(name && text(evaluate(name, scope)), scope)],
  ['resourceId', (given, scope) => resourceId(groupOf(scope.place), given, scope)],
  [
    'subscriptionResourceId',
    (given, scope) => resourceId(`/subscriptions/${scope.place.subscriptionId}`, given, scope),
  ],
  ['tenantResourceId', (given, scope) => resourceId('', given, scope)],
  ['reference', ([id], scope) => scope.referenceTo(text(argument(id, scope)))],
  [
    'resourceGroup',
    (_, { place }) => ({ id: groupOf(place), name: place.resourceGroup, location: place.location }),
  ],
  [
    'subscription',
    (_, { place }) => ({
      id: `/subscriptions/${place.subscriptionId}`,
      subscriptionId: place.subscriptionId,
      tenantId: place.tenantId,
    }),
  ],
  ['deployment', (_, { place }) => ({ location: place.location })],
  [
    'environment',
    () => ({ authentication: { loginEndpoint: 'https://login.microsoftonline.com/' } }),
  ],
]);

/** Whether the evaluator knows a function, and how many arguments it takes at least and at most. */
export function arityOf(name: string): readonly [least: number, most: number] | undefined {
  const pure = functions.get(name);
  if (pure !== undefined) return [pure.least, pure.most];
  if (/^list[A-Z]/.test(name)) return [2, 3];
  return specialArity[name];
}

const specialArity: Readonly<Record<string, readonly [number, number]>> = {
  if: [3, 3],
  filter: [2, 2],
  map: [2, 2],
  lambda: [2, 3],
  parameters: [1, 1],
  variables: [1, 1],
  lambdaVariables: [1, 1],
  copyIndex: [0, 2],
  resourceId: [2, 9],
  subscriptionResourceId: [2, 9],
  tenantResourceId: [2, 9],
  reference: [1, 3],
  resourceGroup: [0, 0],
  subscription: [0, 0],
  deployment: [0, 0],
  environment: [0, 0],
};

function argument(part: Expression | undefined, scope: Scope): Value {
  if (part === undefined) throw new EvaluationError('an argument is missing');
  return evaluate(part, scope);
}

function named<Item>(
  kind: string,
  items: ReadonlyMap<string, Item>,
  given: readonly Expression[],
  scope: Scope,
): Item {
  const name = text(argument(given[0], scope));
  const found = items.get(name);
  if (found === undefined) throw new EvaluationError(`there is no ${kind} "${name}"`);
  return found;
}

function apply(lambda: Expression | undefined, item: Value, scope: Scope): Value {
  if (lambda?.kind !== 'call' || lambda.name !== 'lambda')
    throw new EvaluationError('a lambda is missing');
  const name = text(argument(lambda.given[0], scope));
  const lambdaVariables = new Map([...scope.lambdaVariables, [name, item]]);
  return argument(lambda.given[1], { ...scope, lambdaVariables });
}

function copyIndex(name: string | undefined, { copyIndexes }: Scope): number {
  const found = name === undefined ? [...copyIndexes.values()].at(-1) : copyIndexes.get(name);
  if (found === undefined) throw new EvaluationError('copyIndex stands outside of a copy');
  return found;
}

function groupOf({ subscriptionId, resourceGroup }: Place): string {
  return `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}`;
}

function resourceId(start: string, given: readonly Expression[], scope: Scope): string {
  const [type = '', ...names] = given.map((part) => text(evaluate(part, scope)));
  const id = `${start}/providers/${typeAndNames(type, names)}`;
  scope.onResourceId(id);
  return id;
}

/** `A.B/c/d` with [`x`, `y`] → `A.B/c/x/d/y`, as it stands in an id. */
export function typeAndNames(type: string, names: readonly string[]): string {
  const [provider = '', ...types] = type.split('/');
  if (types.length !== names.length)
    throw new EvaluationError(
      `${type} takes ${types.length} names, and ${names.length} were given`,
    );
  return [provider, ...types.flatMap((part, index) => [part, names[index] ?? ''])].join('/');
}

function nameOf(id: string): string {
  return id.split('/').at(-1) ?? id;
}
