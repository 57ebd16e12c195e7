import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { createRandom } from '#random.ts';
import { makePassage } from '#test/helpers/make-passage.ts';
import { createSampler } from '#test/helpers/schema-samples.ts';
import { type ApiHost, beginSession, startApi } from '#test/helpers/start-api.ts';

interface OperationObject {
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly required?: boolean;
    readonly schema: Record<string, unknown>;
  }[];
  readonly requestBody?: { content: Record<string, { schema: Record<string, unknown> }> };
  readonly responses: Record<string, { content?: Record<string, { schema: object }> }>;
}

const openApi = JSON.parse(readFileSync('openapi.json', 'utf8')) as {
  paths: Record<string, Record<string, OperationObject>>;
  components: { schemas: Record<string, Record<string, unknown>> };
};
const operations = Object.entries(openApi.paths)
  .filter(([path]) => path.startsWith('/api/'))
  .flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );
/** So many requests in all, and so many at a time. */
const requests = 10_000;
const atOnce = 25;
const seed = Number(process.env['FUZZ_SEED'] ?? 20_261_123);

let host: ApiHost;
before(async () => {
  host = await startApi();
});
after(() => host.close());

test(`${requests} requests made by the document, right and wrong, get what the document says (seed ${seed})`, async () => {
  const random = createRandom(seed);
  const { pick, sample, spoil, awkward } = createSampler(random, openApi.components.schemas);
  const validators = createValidators();
  const people = ['ada', 'bob', 'eve'];
  const begin = (person: string) =>
    beginSession(host, { person }).then((sessionId) => ({ person, sessionId }));
  let sessions: Awaited<ReturnType<typeof begin>>[] = [];
  const article = makePassage();
  let publicationId = '';
  const seen = new Map<string, number>();

  const makeRequest = () => {
    const { path, method, operation } = pick(operations);
    const isSpoiled = random() < 0.5;
    const value = (schema: Record<string, unknown>) =>
      isSpoiled && random() < 0.5 ? awkward() : sample(schema);
    const given = (place: string) =>
      (operation.parameters ?? []).filter(
        (parameter) => parameter.in === place && (parameter.required || random() < 0.6),
      );
    const own = pick(sessions);
    const known = own.sessionId;
    const person = random() < 0.8 ? own.person : pick(people);
    const knownIds = new Map([
      ['sessionId', known],
      ['documentId', article.documentId],
      ['publicationId', publicationId],
    ]);
    const url = path.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
      encodeURIComponent(
        (random() < 0.6 && knownIds.get(name)) || wellFormed(isSpoiled ? awkward() : 'id-7') || '-',
      ),
    );
    const query = new URLSearchParams(
      given('query').flatMap(({ name, schema }) =>
        [value(schema)].flat().map((one): [string, string] => [name, wellFormed(one)]),
      ),
    );
    const schema = operation.requestBody?.content['application/json']?.schema;
    let body = schema && sample(schema);
    if (typeof body === 'object' && body !== null && 'sessionId' in body && random() < 0.7)
      body = { ...body, sessionId: known };
    if (isSpoiled && schema !== undefined) body = spoil(body);
    const text = random() < 0.03 ? '{"cut' : JSON.stringify(body);
    return { path, method, operation, url: `${url}?${query}`, body, text, person };
  };
  const makeHeaders = (person: string) => ({
    'x-local-person': person,
    'content-type': random() < 0.02 ? 'text/plain' : 'application/json',
    ...(random() < 0.1 ? { accept: 'text/event-stream' } : {}),
    ...(random() < 0.1 ? { 'idempotency-key': `key-${Math.floor(random() * 20)}` } : {}),
    ...(random() < 0.03 ? { authorization: `Bearer ${random()}` } : {}),
  });
  const send = async () => {
    const { path, method, operation, url, body, text, person } = makeRequest();
    const response = await fetch(`${host.origin}${url}`, {
      method: method.toUpperCase(),
      headers: makeHeaders(person),
      ...(body === undefined ? {} : { body: text }),
    });
    const what = `${method} ${url} ${text} → ${response.status}`;
    const answer = await response.text();
    assert.ok(response.status < 500, `${what} ${answer}`);
    const documented = operation.responses[response.status];
    assert.ok(documented, `${what} is not in the document: ${answer}`);
    assert.doesNotMatch(answer, /node_modules|\.ts:\d|SQLITE|stack|ENOENT/, what);
    const type = (response.headers.get('content-type') ?? '').split(';')[0] ?? '';
    if (type === 'application/json' || type === 'application/problem+json') {
      const validate = validators(path, method, response.status, type);
      assert.ok(validate(JSON.parse(answer)), `${what} ${JSON.stringify(validate.errors)}`);
    }
    if (response.status === 202) ({ publicationId } = JSON.parse(answer));
    const kind = `${method} ${path} ${response.status}`;
    seen.set(kind, (seen.get(kind) ?? 0) + 1);
  };

  for (let sent = 0; sent < requests; sent += atOnce) {
    // Anew, because they are among what is deleted.
    sessions = await Promise.all(people.map(begin));
    await host.index.putDocument([article]);
    await Promise.all(Array.from({ length: atOnce }, send));
  }
  const errors = host.logged.filter(({ level }) => level === 'error');
  assert.deepEqual(errors, []);
  assert.equal(({} as Record<string, unknown>)['polluted'], undefined);
  // Each operation was met in its success and in a refusal, else the requests prove nothing.
  for (const { path, method, operation } of operations) {
    const statuses = [...seen.keys()].filter((kind) => kind.startsWith(`${method} ${path} `));
    assert.ok(
      statuses.some((kind) => / 20\d$/.test(kind)),
      `${method} ${path} never succeeded`,
    );
    if (operation.requestBody !== undefined)
      assert.ok(
        statuses.some((kind) => kind.endsWith(' 400')),
        `${method} ${path} refused nothing`,
      );
  }
});

function wellFormed(value: unknown): string {
  return (typeof value === 'string' ? value : JSON.stringify(value)).toWellFormed();
}

function createValidators() {
  const ajv = new Ajv2020({ strict: false, formats: { 'date-time': true } });
  ajv.addSchema({ $id: 'document', ...openApi });
  const compiled = new Map<string, ValidateFunction>();
  return (path: string, method: string, status: number, type: string): ValidateFunction => {
    const key = [path, method, status, type].join(' ');
    const escaped = [path, method, 'responses', String(status), 'content', type, 'schema'].map(
      (part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1')),
    );
    const validate =
      compiled.get(key) ?? ajv.compile({ $ref: `document#/paths/${escaped.join('/')}` });
    compiled.set(key, validate);
    return validate;
  };
}
