import { z } from 'zod';

export type JsonSchema = Record<string, unknown>;

/** Turns zod's schemas into JSON Schema of draft 2020-12, as OpenAPI 3.1 has it; those with an id are gathered by it. */
export function createSchemaConverter() {
  const components: Record<string, JsonSchema> = {};
  return {
    /** Every schema with an id that was met so far, by its id. */
    components,
    /** The schema where it is used: inline, or a reference to its component. */
    convert(schema: z.ZodType, direction: 'input' | 'output'): JsonSchema {
      // Within another one, so that a schema with an id is a reference at its root too.
      const converted = z.toJSONSchema(z.object({ root: schema }), {
        io: direction,
        override: ({ jsonSchema }) => simplify(jsonSchema as JsonSchema),
      }) as unknown as { properties: { root: JsonSchema }; $defs?: Record<string, JsonSchema> };
      const { root } = converted.properties;
      for (const [id, definition] of Object.entries(converted.$defs ?? {}))
        components[id] ??= point(definition) as JsonSchema;
      return point(root) as JsonSchema;
    },
  };
}

/** What says nothing to a reader goes: the bounds of every integer, an object's being closed, its id. */
function simplify(schema: JsonSchema): void {
  if (schema['minimum'] === Number.MIN_SAFE_INTEGER) delete schema['minimum'];
  if (schema['maximum'] === Number.MAX_SAFE_INTEGER) delete schema['maximum'];
  if (schema['additionalProperties'] === false) delete schema['additionalProperties'];
  delete schema['id'];
}

function point(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(point);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      key === '$ref' && typeof inner === 'string'
        ? inner.replace('#/$defs/', '#/components/schemas/')
        : point(inner),
    ]),
  );
}
