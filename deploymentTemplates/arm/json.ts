export type JsonValue = string | number | boolean | null | JsonValue[] | JsonObject;

export interface JsonObject {
  [name: string]: JsonValue;
}

/** Whether a value is a JSON object, and not a list or `null`. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The object under a name, or an empty one. */
export function objectAt(value: JsonValue | undefined, name: string): JsonObject {
  const found = isObject(value) ? value[name] : undefined;
  return isObject(found) ? found : {};
}

/** The list under a name, or an empty one. */
export function listAt(value: JsonValue | undefined, name: string): JsonValue[] {
  const found = isObject(value) ? value[name] : undefined;
  return Array.isArray(found) ? found : [];
}

/** The string under a name, or an empty one. */
export function textAt(value: JsonValue | undefined, name: string): string {
  const found = isObject(value) ? value[name] : undefined;
  return typeof found === 'string' ? found : '';
}

/** Every string in a value, property names included, with the path that leads to it. */
export function* stringsIn(
  value: JsonValue | undefined,
  path = '',
): Generator<{ readonly path: string; readonly text: string }> {
  if (typeof value === 'string') yield { path, text: value };
  else if (Array.isArray(value))
    for (const [index, item] of value.entries()) yield* stringsIn(item, `${path}[${index}]`);
  else if (isObject(value))
    for (const [name, item] of Object.entries(value)) {
      if (name.startsWith('[')) yield { path, text: name };
      yield* stringsIn(item, path === '' ? name : `${path}.${name}`);
    }
}
