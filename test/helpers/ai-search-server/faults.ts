import type { ServerResponse } from 'node:http';

/** What the server does instead of answering. */
export type Fault =
  | { readonly type: 'status'; readonly status: number; readonly retryAfter?: string }
  /** Takes the request and never answers. */
  | { readonly type: 'hang' }
  /** Ends the connection before the first byte of the answer, or in the middle of it. */
  | { readonly type: 'cut'; readonly when: 'before' | 'within' }
  | { readonly type: 'invalid-json' }
  /** Well-formed JSON that is no answer of this service. */
  | { readonly type: 'other-json' };

export type Operation =
  | 'search'
  | 'index-documents'
  | 'count'
  | 'look-up'
  | 'read-index'
  | 'write-index'
  | 'delete-index'
  | 'other';

export interface FaultPlan {
  /** The next so many requests of these operations (all where none are given) fail; `Infinity` until `clear`. */
  fail(
    fault: Fault,
    options?: { readonly times?: number; readonly on?: readonly Operation[] },
  ): void;
  /** The item of this key fails with a status in the next so many batches. */
  failItem(key: string, status: number, times?: number): void;
  clear(): void;
}

export function createFaults(): FaultPlan & {
  take(operation: Operation): Fault | undefined;
  takeItem(key: string): number | undefined;
} {
  let planned: { fault: Fault; left: number; on: readonly Operation[] | undefined }[] = [];
  const items = new Map<string, { status: number; left: number }>();
  return {
    fail(fault, { times = 1, on } = {}) {
      planned.push({ fault, left: times, on });
    },
    failItem(key, status, times = 1) {
      items.set(key, { status, left: times });
    },
    clear() {
      planned = [];
      items.clear();
    },
    take(operation) {
      const next = planned.find((plan) => plan.left > 0 && (plan.on?.includes(operation) ?? true));
      if (next !== undefined) next.left -= 1;
      return next?.fault;
    },
    takeItem(key) {
      const item = items.get(key);
      if (item === undefined || item.left === 0) return undefined;
      item.left -= 1;
      return item.status;
    },
  };
}

export function play(fault: Fault, response: ServerResponse): void {
  const json = { 'content-type': 'application/json; odata.metadata=none' };
  switch (fault.type) {
    case 'status': {
      const wait = fault.retryAfter === undefined ? {} : { 'retry-after': fault.retryAfter };
      response.writeHead(fault.status, { ...json, ...wait });
      response.end(JSON.stringify({ error: { code: '', message: `Fault ${fault.status}` } }));
      return;
    }
    case 'hang':
      return;
    case 'cut':
      if (fault.when === 'within') {
        response.writeHead(200, { ...json, 'content-length': '1000' });
        response.write('{"value":[', () => response.destroy());
      } else response.destroy();
      return;
    case 'invalid-json':
      response.writeHead(200, json);
      response.end('{"value":[{"@search.score":');
      return;
    case 'other-json':
      response.writeHead(200, json);
      response.end('{"hello":"world"}');
      return;
  }
}
