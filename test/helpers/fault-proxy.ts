import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { listenLocally, readBody, stopServer } from './local-server.ts';

/** What a caller meets in place of the answer. */
export type Fault =
  | {
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string;
    }
  /** The request is taken and never answered. */
  | 'hang'
  /** The connection breaks before the server hears of the request, as where nothing is there. */
  | 'gone'
  /** The server does what it was asked, and the connection breaks in the middle of its answer. */
  | 'cut'
  /** The same, before a word of the answer. */
  | 'answer-lost';

export interface RecordedRequest {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

export interface FaultProxy {
  readonly port: number;
  /** Every request, also those that met a fault. */
  readonly requests: RecordedRequest[];
  /** Lets requests meet the fault: the next ones, so many, of those that match. */
  fail(
    fault: Fault,
    options?: { readonly times?: number; readonly when?: (request: RecordedRequest) => boolean },
  ): void;
  /** From now on everything passes. */
  heal(): void;
  close(): Promise<void>;
}

/** Stands between a client and a server on this machine, passes everything on, and fails as it is told. */
export async function startFaultProxy(targetPort: number): Promise<FaultProxy> {
  const requests: RecordedRequest[] = [];
  let failing:
    | { fault: Fault; left: number; when: (request: RecordedRequest) => boolean }
    | undefined;
  const takeFault = (recorded: RecordedRequest): Fault | undefined => {
    if (!failing || failing.left === 0 || !failing.when(recorded)) return undefined;
    failing.left -= 1;
    return failing.fault;
  };
  const server = createServer(async (incoming, response) => {
    const body = await readBody(incoming);
    const recorded = {
      method: incoming.method ?? '',
      path: incoming.url ?? '',
      headers: incoming.headers,
      body: body.toString(),
    };
    requests.push(recorded);
    const fault = takeFault(recorded);
    if (fault === undefined) passOn(targetPort, incoming, body, response);
    else if (fault === 'gone') response.destroy();
    else if (fault === 'cut')
      passOn(targetPort, incoming, body, response, (answer) => cut(answer, response));
    else if (fault === 'answer-lost')
      passOn(targetPort, incoming, body, response, () => response.destroy());
    else meet(fault, response);
  });
  return {
    port: await listenLocally(server),
    requests,
    fail(fault, { times = Number.POSITIVE_INFINITY, when = () => true } = {}) {
      failing = { fault, left: times, when };
    },
    heal() {
      failing = undefined;
    },
    close: () => stopServer(server),
  };
}

function passOn(
  port: number,
  { method, url, headers }: IncomingMessage,
  body: Buffer,
  response: ServerResponse,
  onAnswer = (answer: IncomingMessage): void => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  },
): void {
  const options = { host: '127.0.0.1', port, method, path: url, headers };
  const outgoing = request(options, onAnswer);
  outgoing.on('error', () => response.destroy());
  outgoing.end(body);
}

function meet(
  fault: Exclude<Fault, 'answer-lost' | 'cut' | 'gone'>,
  response: ServerResponse,
): void {
  if (fault === 'hang') return;
  response.writeHead(fault.status, { 'content-type': 'application/json', ...fault.headers });
  response.end(fault.body ?? JSON.stringify({ code: 'Fault', message: 'injected by the test' }));
}

async function cut(answer: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await readBody(answer);
  const headers = { ...answer.headers, 'content-length': String(body.length + 1) };
  delete headers['transfer-encoding'];
  response.writeHead(answer.statusCode ?? 502, headers);
  response.write(body.subarray(0, body.length / 2), () => response.destroy());
}
