import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

type Schema = Readonly<Record<string, unknown>>;

interface ParameterObject {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly schema: Schema;
}

interface OperationObject {
  readonly operationId: string;
  readonly summary: string;
  readonly parameters?: readonly ParameterObject[];
  readonly requestBody?: { required: boolean; content: Record<string, { schema: Schema }> };
  readonly responses: Readonly<Record<string, { content?: Record<string, { schema: Schema }> }>>;
}

interface OpenApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, OperationObject>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

const firstLine = '// Generated out of openapi.json by generate.ts; changes made here are lost.';

/** Writes a type for each schema of the document. */
export function generateTypes({ components }: OpenApiDocument): string {
  const types = Object.entries(components.schemas).map(
    ([name, schema]) => `${docOf(schema)}export type ${name} = ${typeOf(schema)};`,
  );
  return [firstLine, '', ...types.flatMap((type) => [type, ''])].join('\n');
}

/** Writes the client's code: a method for each operation. */
export function generateClient(document: OpenApiDocument): string {
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => methodsOf(path, method, operation)),
  );
  const methods = operations.flat();
  const used = Object.keys(document.components.schemas).filter((name) =>
    methods.some((line) => new RegExp(`\\b${name}\\b`).test(line)),
  );
  return [
    firstLine,
    "import { type CallOptions, type ClientOptions, createTransport } from './transport.ts';",
    `import type { ${used.join(', ')} } from './types.ts';`,
    '',
    '/** Talks to a Career Mentor server; a call that fails throws a ProblemError. */',
    'export function createCareerMentorClient(clientOptions: ClientOptions) {',
    '  const transport = createTransport(clientOptions);',
    '  return {',
    ...methods,
    '  };',
    '}',
    '',
    'export type CareerMentorClient = ReturnType<typeof createCareerMentorClient>;',
    '',
  ].join('\n');
}

function methodsOf(path: string, method: string, operation: OperationObject): string[] {
  const { operationId: id, summary, parameters = [], requestBody } = operation;
  const inPath = parameters.filter((parameter) => parameter.in === 'path');
  const inQuery = parameters.filter((parameter) => parameter.in === 'query');
  const given = [...inPath, ...inQuery];
  const body = requestBody?.content['application/json']?.schema;
  const content = Object.entries(operation.responses).find(([status]) =>
    status.startsWith('2'),
  )?.[1].content;
  // What is no JSON is a text, such as a table.
  const [firstContent] = Object.values(content ?? {});
  const result = content?.['application/json']?.schema ?? firstContent?.schema;
  const inputs = [
    ...(given.length === 0 ? [] : [`given: ${parameterType(given)}`]),
    ...(body === undefined ? [] : [`body${requestBody?.required ? '' : '?'}: ${typeOf(body)}`]),
  ];
  const call = [
    `method: '${method.toUpperCase()}'`,
    `path: \`${path.replaceAll(/(?=\{)/g, '$').replaceAll(/\{(\w+)\}/g, '{encodeURIComponent(given.$1)}')}\``,
    ...(inQuery.length === 0
      ? []
      : [`query: { ${inQuery.map(({ name }) => `${name}: given.${name}`).join(', ')} }`]),
    ...(body === undefined ? [] : ['body']),
  ].join(', ');
  const write = (name: string, kind: 'call' | 'stream', type: string, doc: string) => [
    `    /** ${doc} */`,
    `    ${name}: (${[...inputs, 'options?: CallOptions'].join(', ')}) =>`,
    `      transport.${kind}<${type}>({ ${call} }, options),`,
  ];
  return [
    ...write(id, 'call', result === undefined ? 'void' : typeOf(result), `${summary}.`),
    ...(content?.['text/event-stream'] === undefined
      ? []
      : write(
          id.replace(/^send/, 'stream'),
          'stream',
          'StreamEvent',
          `${summary}, and see the answer as it is being written.`,
        )),
  ];
}

function parameterType(parameters: readonly ParameterObject[]): string {
  return `{ ${parameters
    .map(({ name, required, schema }) => `${name}${required ? '' : '?'}: ${typeOf(schema)}`)
    .join('; ')} }`;
}

function docOf({ description }: Schema): string {
  return typeof description === 'string' ? `/** ${description} */\n` : '';
}

function typeOf(schema: Schema): string {
  const { $ref, type, properties, items, required = [] } = schema;
  if (typeof $ref === 'string') return $ref.split('/').at(-1) ?? 'unknown';
  if ('const' in schema) return JSON.stringify(schema['const']);
  if (Array.isArray(schema['enum']))
    return schema['enum'].map((one) => JSON.stringify(one)).join(' | ');
  const choices = (schema['anyOf'] ?? schema['oneOf']) as Schema[] | undefined;
  if (choices !== undefined) return choices.map(typeOf).join(' | ');
  if (Array.isArray(type)) return type.map((one) => typeOf({ ...schema, type: one })).join(' | ');
  switch (type) {
    case 'integer':
    case 'number':
      return 'number';
    case 'string':
    case 'boolean':
    case 'null':
      return type;
    case 'array':
      return `(${typeOf((items ?? {}) as Schema)})[]`;
    case 'object':
      return objectType(properties as Record<string, Schema>, required as string[]);
    default:
      return 'unknown';
  }
}

function objectType(properties: Record<string, Schema> = {}, required: readonly string[]): string {
  const fields = Object.entries(properties).map(
    ([name, schema]) =>
      `${docOf(schema)}${name}${required.includes(name) ? '' : '?'}: ${typeOf(schema)};`,
  );
  return fields.length === 0 ? 'Record<string, never>' : `{\n${fields.join('\n')}\n}`;
}

if (import.meta.main) {
  const root = join(import.meta.dirname, '..', '..');
  const document = JSON.parse(readFileSync(join(root, 'openapi.json'), 'utf8')) as OpenApiDocument;
  writeFileSync(join(import.meta.dirname, 'types.ts'), generateTypes(document));
  writeFileSync(join(import.meta.dirname, 'career-mentor-client.ts'), generateClient(document));
  process.stdout.write('Wrote types.ts and career-mentor-client.ts in clients/typescript.\n');
}
