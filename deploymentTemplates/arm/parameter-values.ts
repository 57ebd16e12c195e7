import { evaluateAll, type Scope } from './evaluate.ts';
import { EvaluationError, type Value } from './functions.ts';
import { isObject, type JsonObject, listAt, textAt } from './json.ts';
import { LiveValue } from './live-value.ts';

/**
 * The value of each parameter of a template, given or by default. Throws one EvaluationError that names every parameter that
 * is missing, unknown, of the wrong type or out of its range, with what would be right.
 */
export function parameterValues(
  definitions: JsonObject,
  given: { readonly [name: string]: Value },
  scope: Scope,
): Map<string, () => Value> {
  const mistakes = Object.keys(given)
    .filter((name) => !Object.hasOwn(definitions, name))
    .map((name) => `${name}: there is no such parameter`);
  const values = new Map<string, () => Value>();
  for (const [name, definition] of Object.entries(definitions)) {
    if (!isObject(definition)) continue;
    const value = given[name];
    if (value !== undefined) {
      mistakes.push(...mistakesIn(value, definition).map((mistake) => `${name}: ${mistake}`));
      values.set(name, () => value);
    } else if (definition['defaultValue'] === undefined) mistakes.push(`${name}: is missing`);
    else {
      const fallback = definition['defaultValue'];
      values.set(name, () => evaluateAll(fallback, scope));
    }
  }
  if (mistakes.length > 0) throw new EvaluationError(`parameters: ${mistakes.join('; ')}`);
  return values;
}

function mistakesIn(value: Value, definition: JsonObject): string[] {
  if (value instanceof LiveValue) return [];
  const type = textAt(definition, 'type');
  if (typeOf(value) !== type.replace(/^secure/, '').toLowerCase())
    return [`is not of type ${type}`];
  const allowed = listAt(definition, 'allowedValues');
  if (allowed.length > 0 && !allowed.includes(value as string | number))
    return [`"${String(value)}" is not one of ${allowed.join(', ')}`];
  return rangeMistakes(value, definition);
}

function rangeMistakes(value: Value, definition: JsonObject): string[] {
  const [size, least, most, unit] =
    typeof value === 'number'
      ? [value, definition['minValue'], definition['maxValue'], '']
      : [
          Array.isArray(value) || typeof value === 'string' ? value.length : 0,
          definition['minLength'],
          definition['maxLength'],
          ' long',
        ];
  if (typeof least === 'number' && size < least)
    return [`must be at least ${least}${unit}, and is ${size}`];
  if (typeof most === 'number' && size > most)
    return [`must be at most ${most}${unit}, and is ${size}`];
  return [];
}

function typeOf(value: Value): string {
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'number') return 'int';
  return typeof value;
}
