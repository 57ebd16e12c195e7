import type { z } from 'zod';
import { monitoringOperations } from '#api/monitoring/operations.ts';
import { localPersonHeader } from '#api/sign-in/sign-in.ts';
import type { Operation } from '#api/v1/operation.ts';
import { operations } from '#api/v1/operations.ts';
import { isList } from '#api/v1/read-input.ts';
import { problem } from '#api/v1/schemas/problem.ts';
import { streamEvent } from '#api/v1/schemas/stream-event.ts';
import { type ErrorCode, errorTable } from '#errors.ts';
import { createSchemaConverter, type JsonSchema } from './convert-schema.ts';

type Converter = ReturnType<typeof createSchemaConverter>;

const description = `Ask a mentor about careers in AI and software engineering. Every answer names the passages it rests on.

**Sign-in.** Where the server has an issuer, each call carries a bearer token of it. Without one the API answers its own machine alone, and \`X-Local-Person\` says for which of a client's people it calls.

**Errors** are problem documents (RFC 9457) with a stable \`code\`, and an \`errors\` list where fields are wrong.

**Limits.** \`RateLimit-*\` headers say what is left of the minute, \`Token-Budget-*\` what is left of the day’s tokens, \`Retry-After\` how long to wait after a 429.`;

const tags = [
  { name: 'chat', description: 'Sessions, questions and their answers.' },
  { name: 'me', description: 'Your data: see it, take it with you, have it deleted.' },
  { name: 'knowledge', description: 'The articles that answers rest on.' },
  {
    name: 'administration',
    description:
      'Articles, alerts and quality, for administrators: each call is written down. None of it opens a conversation. Where nobody can sign in, whoever sits at this machine administers.',
  },
  { name: 'health', description: 'For whoever runs the server.' },
];

/** What every call but the public ones can fail with. */
const commonErrors: readonly ErrorCode[] = [
  'not-authenticated',
  'not-permitted',
  'origin-not-allowed',
  'rate-limited',
  'sign-in-unavailable',
  'data-unavailable',
  'internal',
];
const inputErrors: readonly ErrorCode[] = ['request-invalid', 'address-too-long'];
const bodyErrors: readonly ErrorCode[] = [
  'request-too-large',
  'media-type-unsupported',
  'request-timeout',
];

/** The OpenAPI 3.1 document of the REST API, from the schemas that validate. */
export function buildOpenApi(version: string): Record<string, unknown> {
  const converter = createSchemaConverter();
  const paths: Record<string, Record<string, unknown>> = {};
  const all = { ...operations, ...monitoringOperations };
  for (const operation of Object.values<Operation>(all as never)) {
    const path = paths[operation.path] ?? {};
    paths[operation.path] = { ...path, [operation.method]: describe(operation, converter) };
  }
  converter.convert(streamEvent, 'output');
  converter.convert(problem, 'output');
  return {
    openapi: '3.1.1',
    info: {
      title: 'Career Mentor',
      version,
      description,
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    tags,
    paths,
    components: {
      schemas: Object.fromEntries(
        Object.entries(converter.components).toSorted(([left], [right]) =>
          left.localeCompare(right),
        ),
      ),
      securitySchemes: {
        signIn: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
        localPerson: {
          type: 'apiKey',
          in: 'header',
          name: 'X-Local-Person',
          description: `Where nobody can sign in: which of a client’s people calls; \`${localPersonHeader}\` is any name.`,
        },
      },
    },
  };
}

function describe(operation: Operation, converter: Converter): Record<string, unknown> {
  const { id, tag, summary, description: text, permission, body } = operation;
  const parameters = [
    ...parametersOf(operation.params, 'path', converter),
    ...parametersOf(operation.query, 'query', converter),
    ...Object.entries(operation.headers ?? {}).map(([name, meaning]) => ({
      name,
      in: 'header',
      description: meaning,
      schema: { type: 'string', maxLength: 200 },
    })),
  ];
  return {
    operationId: id,
    tags: [tag],
    summary,
    ...(text === undefined ? {} : { description: text }),
    security: permission === 'public' ? [] : [{ signIn: [] }, { localPerson: [] }],
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(body === undefined
      ? {}
      : {
          requestBody: {
            required: !body.safeParse({}).success,
            content: { 'application/json': { schema: converter.convert(body, 'input') } },
          },
        }),
    responses: { ...successOf(operation, converter), ...problemsOf(operation) },
  };
}

function parametersOf(
  schema: Operation['query'],
  place: 'path' | 'query',
  converter: Converter,
): Record<string, unknown>[] {
  return Object.entries(schema?.shape ?? {}).map(([name, field]) => {
    const { description: meaning, ...converted } = converter.convert(field as z.ZodType, 'input');
    return {
      name,
      in: place,
      required: !(field as z.ZodType).safeParse(undefined).success,
      ...(meaning === undefined ? {} : { description: meaning }),
      ...(isList(field) ? { style: 'form', explode: true } : {}),
      schema: converted,
    };
  });
}

function successOf(
  { success, permission, countsAs, errors }: Operation,
  converter: Converter,
): Record<string, unknown> {
  const { status, schema, mediaType, streams = false } = success;
  const content: Record<string, JsonSchema> = {
    ...(schema === undefined
      ? {}
      : { 'application/json': { schema: converter.convert(schema, 'output') } }),
    ...(mediaType === undefined ? {} : { [mediaType]: { schema: { type: 'string' } } }),
    ...(streams
      ? {
          'text/event-stream': {
            schema: {
              type: 'string',
              description:
                'Events, each with `id`, `event` and `data`; name and data of each follow the schema StreamEvent.',
            },
          },
        }
      : {}),
  };
  const names = [
    ...(permission === 'public' || countsAs === 'nothing' ? [] : ['RateLimit']),
    ...(errors.includes('token-budget-spent') ? ['Token-Budget'] : []),
  ].flatMap((name) => [`${name}-Limit`, `${name}-Remaining`, `${name}-Reset`]);
  return {
    [status]: {
      description: success.description,
      ...(names.length === 0
        ? {}
        : {
            headers: Object.fromEntries(
              names.map((name) => [name, { schema: { type: 'integer' } }]),
            ),
          }),
      ...(Object.keys(content).length === 0 ? {} : { content }),
    },
  };
}

/** One response for each status, with the codes that it can have. */
function problemsOf(operation: Operation): Record<string, unknown> {
  if (operation.permission === 'public')
    return operation.id === 'getReadiness'
      ? {
          503: {
            description: 'It does not.',
            content: {
              'application/json': { schema: { $ref: '#/components/schemas/HealthReport' } },
            },
          },
        }
      : {};
  const codes = new Set<ErrorCode>([
    ...inputErrors,
    ...(operation.body === undefined ? [] : bodyErrors),
    ...operation.errors,
    ...commonErrors,
  ]);
  const byStatus = Map.groupBy(codes, (code) => errorTable[code].httpStatus);
  return Object.fromEntries(
    [...byStatus].map(([status, group]) => [
      status,
      {
        description: group.map((code) => `\`${code}\`: ${errorTable[code].userText}`).join('\n\n'),
        ...(status === 429 || status === 503
          ? { headers: { 'Retry-After': { schema: { type: 'integer' } } } }
          : {}),
        content: {
          'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } },
        },
      },
    ]),
  );
}
