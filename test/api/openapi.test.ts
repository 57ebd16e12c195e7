import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { monitoringOperations } from '#api/monitoring/operations.ts';
import { openApiText } from '#api/openapi/write-openapi.ts';
import { operations } from '#api/v1/operations.ts';
import { generateClient, generateTypes } from '#clients/typescript/generate.ts';
import { errorTable } from '#errors.ts';

interface Document {
  readonly openapi: string;
  readonly paths: Record<string, Record<string, { operationId: string; responses: object }>>;
  readonly components: { schemas: Record<string, { properties?: Record<string, unknown> }> };
}

const committed = JSON.parse(readFileSync('openapi.json', 'utf8')) as Document;

test('the committed document is what the schemas say; npm run openapi writes it', () => {
  assert.deepEqual(committed, JSON.parse(openApiText()));
});

test('the committed client is what the document says, but for its layout', () => {
  const plain = (code: string) => code.replaceAll(/[\s;,()|]+/g, '').replaceAll('"', "'");
  for (const [name, generate] of [
    ['career-mentor-client', generateClient],
    ['types', generateTypes],
  ] as const) {
    const written = readFileSync(`clients/typescript/${name}.ts`, 'utf8');
    assert.equal(plain(written), plain(generate(committed as never)));
  }
});

test('it holds every operation once, under a name of its own', () => {
  const named = Object.values(committed.paths).flatMap((methods) =>
    Object.values(methods).map(({ operationId }) => operationId),
  );
  assert.deepEqual(
    named.toSorted(),
    [...Object.keys(operations), ...Object.keys(monitoringOperations)].toSorted(),
  );
});

test('its error codes are those of the table', () => {
  const code = committed.components.schemas['Problem']?.properties?.['code'];
  assert.deepEqual((code as { enum: string[] }).enum, Object.keys(errorTable));
});

test('its schemas are schemas, and their references lead somewhere', () => {
  const ajv = new Ajv2020({ strict: false, formats: { 'date-time': true } });
  ajv.addSchema({ $id: 'document', ...committed });
  for (const name of Object.keys(committed.components.schemas))
    assert.doesNotThrow(() => ajv.compile({ $ref: `document#/components/schemas/${name}` }), name);
  const references = JSON.stringify(committed).matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g);
  for (const [, name = ''] of references) assert.ok(name in committed.components.schemas, name);
});

test('nothing in it tells a client how to instruct the model', () => {
  assert.doesNotMatch(JSON.stringify(committed.components), /systemPrompt|instructions|"system"/i);
});
