import type { Request } from 'restify';
import { z } from 'zod';
import { RequestProblem } from '#api/problem.ts';
import { RequestRefused, readJsonBody } from '#bot/channels/read-json-body.ts';
import type { ErrorCode } from '#errors.ts';
import type { Operation } from './operation.ts';
import type { FieldMistake } from './schemas/problem.ts';

/** Several times the longest question with its context. */
const maxBodyBytes = 128 * 1024;
/** Whoever made more mistakes than this needs the documentation. */
const mostMistakes = 20;

export interface ReadInput {
  readonly params: unknown;
  readonly query: unknown;
  readonly body: unknown;
}

/** Reads and validates everything an operation takes; rejects with every mistake at once, and with nothing of what was sent. */
export async function readInput(operation: Operation, request: Request): Promise<ReadInput> {
  const body = operation.body === undefined ? {} : await readBody(request);
  /** The first mistake of each field: what comes of it is no news. */
  const mistakes = new Map<string, FieldMistake>();
  const check = (place: FieldMistake['in'], schema: z.ZodType | undefined, value: unknown) => {
    if (schema === undefined) return {};
    const parsed = schema.safeParse(value);
    if (parsed.success) return parsed.data;
    for (const { path, message } of parsed.error.issues) {
      const pointer = pointerTo(path);
      const field = `${place} ${pointer}`;
      if (!mistakes.has(field)) mistakes.set(field, { in: place, pointer, detail: message });
    }
    return undefined;
  };
  const input = {
    params: check('path', operation.params, request.params),
    query: check('query', operation.query, readQuery(operation.query, request)),
    body: check('body', operation.body, body),
  };
  if (mistakes.size > 0)
    throw new RequestProblem('request-invalid', {
      errors: [...mistakes.values()].slice(0, mostMistakes),
    });
  return input;
}

async function readBody(request: Request): Promise<Record<string, unknown>> {
  try {
    return await readJsonBody(request, maxBodyBytes);
  } catch (error) {
    if (!(error instanceof RequestRefused)) throw error;
    const { code, detail } = bodyProblems[error.status] ?? notJson;
    throw new RequestProblem(code, {
      detail,
      cause: error,
      // What is left of such a body would be read for nothing.
      ...(error.status === 413 ? { headers: { Connection: 'close' } } : {}),
    });
  }
}

const notJson = {
  code: 'request-invalid',
  detail: 'The body must be one whole JSON object, not nested too deep.',
} as const;
const bodyProblems: Readonly<Record<number, { code: ErrorCode; detail: string }>> = {
  413: {
    code: 'request-too-large',
    detail: `The body may have ${maxBodyBytes / 1024} KiB.`,
  },
  415: {
    code: 'media-type-unsupported',
    detail: 'The body must be application/json without Content-Encoding.',
  },
};

/** The query as the schema wants it: a list for what may come several times, else one value. */
function readQuery(
  schema: Operation['query'],
  request: Request,
): Record<string, string | string[]> {
  if (schema === undefined) return {};
  const given = new URL(request.url ?? '/', 'http://localhost').searchParams;
  return Object.fromEntries(
    Object.entries(schema.shape).flatMap(([name, field]) => {
      const values = given.getAll(name);
      if (values.length === 0) return [];
      // One value given twice is a list, which the schema then refuses.
      const [first = '', ...more] = values;
      return [[name, more.length > 0 || isList(field) ? values : first] as const];
    }),
  );
}

/** Whether a parameter may come several times. */
export function isList(field: unknown): boolean {
  if (field instanceof z.ZodOptional || field instanceof z.ZodDefault)
    return isList(field.unwrap());
  return field instanceof z.ZodArray;
}

/** https://www.rfc-editor.org/rfc/rfc6901; schemas that strip what they do not know never name a client's own key. */
function pointerTo(path: readonly PropertyKey[]): string {
  return path
    .map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`)
    .join('');
}
