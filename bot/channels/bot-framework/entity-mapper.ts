import { createRequire } from 'node:module';

interface CompositeMapper {
  readonly type: { additionalProperties?: { readonly type: { readonly name: 'Object' } } };
}

const mappersPath = 'botframework-connector/lib/connectorApi/models/mappers.js';
let patched = false;

/**
 * Makes the connector send every key of an entity, an activity and a card action, not only those it knows by name. Without
 * it botframework-connector 4.23.3 drops stream metadata, citations and labels on the way out (botbuilder-js#4902; the fix,
 * #4903, was never published). Calling it again changes nothing.
 */
export function patchEntityMappers(): void {
  if (patched) return;
  const mappers = createRequire(import.meta.url)(mappersPath) as Record<string, CompositeMapper>;
  for (const name of ['Entity', 'Activity', 'CardAction']) {
    const mapper = mappers[name];
    if (!mapper) throw new Error(`botframework-connector has no mapper named ${name} any more.`);
    mapper.type.additionalProperties = { type: { name: 'Object' } };
  }
  patched = true;
}
