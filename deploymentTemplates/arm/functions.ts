import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { cidrSubnet } from './cidr-subnet.ts';
import { LiveValue } from './live-value.ts';

/** A value while an expression is evaluated. */
export type Value =
  | string
  | number
  | boolean
  | null
  | LiveValue
  | Value[]
  | { [name: string]: Value };

export interface TemplateFunction {
  readonly least: number;
  readonly most: number;
  readonly run: (given: Value[]) => Value;
}

/** Thrown where an expression cannot be evaluated; the message names what was given. */
export class EvaluationError extends Error {
  override readonly name = 'EvaluationError';
}

/**
 * The pure functions that these templates use, as documented at
 * https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions. `uniqueString` and `guid` give other
 * letters than Azure does, and the same ones for the same input.
 */
export const functions: ReadonlyMap<string, TemplateFunction> = new Map(
  Object.entries({
    and: known(2, 99, (given) => given.every(flag)),
    base64: known(1, 1, ([value]) => Buffer.from(text(value)).toString('base64')),
    bool: known(1, 1, ([value]) => value === true || value === 1 || value === 'true'),
    cidrSubnet: known(3, 3, ([prefix, size, index]) =>
      cidrSubnet(text(prefix), whole(size), whole(index)),
    ),
    concat: known(1, 99, concat),
    contains: known(2, 2, ([whole, part]) => contains(whole, part)),
    createArray: known(0, 99, (given) => given),
    createObject: known(0, 99, createObject),
    empty: known(1, 1, ([value]) => isEmpty(value)),
    endsWith: known(2, 2, ([value, end]) => lower(value).endsWith(lower(end))),
    equals: known(2, 2, ([one, other]) => areEqual(one, other)),
    first: known(1, 1, ([value]) => (Array.isArray(value) ? value[0] : text(value)[0]) ?? null),
    format: known(1, 99, ([template, ...given]) =>
      text(template).replace(/\{(\d+)\}/g, (_, index: string) => text(given[Number(index)])),
    ),
    greater: known(2, 2, ([one, other]) => number(one) > number(other)),
    guid: known(1, 99, (given) => guid(given.map(text))),
    int: known(1, 1, ([value]) => number(value)),
    items: known(1, 1, ([value]) =>
      Object.entries(record(value))
        .toSorted(([one], [other]) => one.localeCompare(other))
        .map(([key, item]) => ({ key, value: item })),
    ),
    join: known(2, 2, ([items, delimiter]) => list(items).map(text).join(text(delimiter))),
    json: known(1, 1, ([value]) => JSON.parse(text(value)) as Value),
    last: known(
      1,
      1,
      ([value]) => (Array.isArray(value) ? value.at(-1) : text(value).at(-1)) ?? null,
    ),
    length: known(1, 1, ([value]) => lengthOf(value)),
    less: known(2, 2, ([one, other]) => number(one) < number(other)),
    mul: known(2, 2, ([one, other]) => number(one) * number(other)),
    not: known(1, 1, ([value]) => !flag(value)),
    or: known(2, 99, (given) => given.some(flag)),
    replace: known(3, 3, ([value, from, to]) => text(value).replaceAll(text(from), text(to))),
    split: known(2, 2, ([value, delimiter]) => text(value).split(text(delimiter))),
    startsWith: known(2, 2, ([value, start]) => lower(value).startsWith(lower(start))),
    string: known(1, 1, ([value]) =>
      typeof value === 'object' && !(value instanceof LiveValue)
        ? JSON.stringify(value)
        : text(value),
    ),
    take: known(2, 2, ([value, count]) =>
      Array.isArray(value) ? value.slice(0, whole(count)) : text(value).slice(0, whole(count)),
    ),
    toLower: known(1, 1, ([value]) => lower(value)),
    toUpper: known(1, 1, ([value]) => text(value).toUpperCase()),
    true: known(0, 0, () => true),
    false: known(0, 0, () => false),
    union: known(2, 99, union),
    uniqueString: known(1, 99, (given) => uniqueString(given.map(text))),
    uriComponent: known(1, 1, ([value]) =>
      value instanceof LiveValue ? value : encodeURIComponent(text(value)),
    ),
  }),
);

function known(least: number, most: number, run: TemplateFunction['run']): TemplateFunction {
  return { least, most, run };
}

/** A value as text; a live one as its description. */
export function text(value: Value | undefined): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || value instanceof LiveValue) return String(value);
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  throw new EvaluationError(`a text was expected, not ${JSON.stringify(value)}`);
}

function lower(value: Value | undefined): string {
  return text(value).toLowerCase();
}

/** A value as a whole number. */
export function number(value: Value | undefined): number {
  const found = typeof value === 'string' ? Number(value) : value;
  if (typeof found === 'number' && Number.isInteger(found)) return found;
  throw new EvaluationError(`a whole number was expected, not ${JSON.stringify(value)}`);
}
const whole = number;

/** A value as a boolean. */
export function flag(value: Value | undefined): boolean {
  if (typeof value === 'boolean') return value;
  throw new EvaluationError(`true or false was expected, not ${JSON.stringify(value)}`);
}

/** A value as a list. */
export function list(value: Value | undefined): Value[] {
  if (Array.isArray(value)) return value;
  throw new EvaluationError(`a list was expected, not ${JSON.stringify(value)}`);
}

/** A value as an object. */
export function record(value: Value | undefined): { [name: string]: Value } {
  if (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof LiveValue)
  )
    return value;
  throw new EvaluationError(`an object was expected, not ${JSON.stringify(value)}`);
}

function concat(given: Value[]): Value {
  return given.every((value) => Array.isArray(value)) ? given.flat() : given.map(text).join('');
}

function createObject(given: Value[]): Value {
  if (given.length % 2 === 1) throw new EvaluationError('createObject needs a value for each name');
  return Object.fromEntries(
    given.flatMap((value, index) =>
      index % 2 === 0 ? [[text(value), given[index + 1] ?? null]] : [],
    ),
  );
}

function contains(container: Value | undefined, part: Value | undefined): boolean {
  if (Array.isArray(container)) return container.some((item) => areEqual(item, part));
  if (typeof container === 'string') return container.includes(text(part));
  return Object.hasOwn(record(container), text(part));
}

/** Azure compares texts without regard to case. */
function areEqual(one: Value | undefined, other: Value | undefined): boolean {
  if (typeof one === 'string' && typeof other === 'string')
    return one.toLowerCase() === other.toLowerCase();
  return isDeepStrictEqual(one, other);
}

function isEmpty(value: Value | undefined): boolean {
  return value === null || (!(value instanceof LiveValue) && lengthOf(value) === 0);
}

function lengthOf(value: Value | undefined): number {
  if (Array.isArray(value) || typeof value === 'string') return value.length;
  return Object.keys(record(value)).length;
}

function union(given: Value[]): Value {
  if (!given.every((value) => Array.isArray(value)))
    return Object.assign({}, ...given.map(record)) as Value;
  return given
    .flat()
    .filter((item, index, all) => all.findIndex((other) => areEqual(other, item)) === index);
}

function hashOf(given: readonly string[]): Buffer {
  return createHash('sha256').update(given.join('\n')).digest();
}

function uniqueString(given: readonly string[]): string {
  const letters = 'abcdefghijklmnopqrstuvwxyz234567';
  return Array.from(hashOf(given).subarray(0, 13), (byte) => letters[byte % letters.length]).join(
    '',
  );
}

function guid(given: readonly string[]): string {
  return hashOf(given)
    .toString('hex')
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5');
}
