export interface Document {
  readonly id: string;
  readonly _etag?: string;
  readonly [property: string]: unknown;
}

export interface BatchOperation {
  readonly operationType: string;
  readonly id?: string;
  readonly ifMatch?: string;
  readonly resourceBody?: Document;
}

interface Result {
  readonly statusCode: number;
  readonly requestCharge: number;
  readonly eTag?: string | undefined;
  readonly resourceBody?: Document | undefined;
}

/** What a batch needs of the server beneath; nothing else may write meanwhile. */
export interface BatchStore {
  readonly operations: readonly BatchOperation[];
  readonly isTooLarge: boolean;
  /** The status that a document is refused with, if it is. */
  refuse(document: Document): number | undefined;
  read(id: string): Promise<Document | undefined>;
  write(method: 'POST' | 'PUT' | 'DELETE', id: string, document?: Document): Promise<Document>;
}

/**
 * A transactional batch as the service documents it (https://learn.microsoft.com/azure/cosmos-db/nosql/transactional-batch):
 * up to 100 operations and 2 MB, in order, each on what the ones before it would leave; all are written and the answer is
 * 200, or none and it is 207, where the one that failed has its own status and every other 424.
 */
export async function runBatch(store: BatchStore): Promise<{ status: number; body: unknown }> {
  const { operations } = store;
  if (store.isTooLarge)
    return {
      status: 413,
      body: { code: 'RequestEntityTooLarge', message: 'Request size is too large' },
    };
  if (operations.length === 0 || operations.length > 100)
    return {
      status: 400,
      body: { code: 'BadRequest', message: 'A batch has 1 to 100 operations.' },
    };

  const seen = new Map<string, Document | undefined>();
  const read = async (id: string) => {
    if (!seen.has(id)) seen.set(id, await store.read(id));
    return seen.get(id);
  };
  for (const [index, operation] of operations.entries()) {
    const id = idOf(operation);
    const statusCode = judge(operation, await read(id), store);
    if (statusCode >= 400)
      return {
        status: 207,
        body: operations.map(
          (_, at): Result => ({ statusCode: at === index ? statusCode : 424, requestCharge: 1 }),
        ),
      };
    // What an operation leaves has an eTag that nobody knows yet.
    if (operation.operationType !== 'Read')
      seen.set(id, operation.resourceBody && { ...operation.resourceBody, _etag: 'new' });
  }

  const results: Result[] = [];
  for (const operation of operations) results.push(await execute(operation, store));
  return { status: 200, body: results };
}

function idOf({ id, resourceBody }: BatchOperation): string {
  return resourceBody?.id ?? id ?? '';
}

/** The status that an operation has, given what is stored under its id. */
function judge(operation: BatchOperation, stored: Document | undefined, store: BatchStore): number {
  const { operationType, ifMatch, resourceBody } = operation;
  const refused = resourceBody && store.refuse(resourceBody);
  if (refused !== undefined) return refused;
  if (operationType === 'Create') return stored ? 409 : 201;
  if (!stored) return operationType === 'Upsert' && ifMatch === undefined ? 201 : 404;
  if (ifMatch !== undefined && stored._etag !== ifMatch) return 412;
  return successes.get(operationType) ?? 400;
}

const successes: ReadonlyMap<string, number> = new Map([
  ['Upsert', 200],
  ['Read', 200],
  ['Replace', 200],
  ['Delete', 204],
]);

async function execute(operation: BatchOperation, store: BatchStore): Promise<Result> {
  const id = idOf(operation);
  const { operationType, resourceBody } = operation;
  if (operationType === 'Delete') {
    await store.write('DELETE', id);
    return { statusCode: 204, requestCharge: 1 };
  }
  const stored = await store.read(id);
  if (operationType === 'Read')
    return { statusCode: 200, requestCharge: 1, eTag: stored?._etag, resourceBody: stored };
  const written = await store.write(stored ? 'PUT' : 'POST', id, resourceBody);
  return {
    statusCode: stored ? 200 : 201,
    requestCharge: 1,
    eTag: written._etag,
    resourceBody: written,
  };
}
