import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { gunzipSync } from 'node:zlib';
import { listenLocally, readBody, stopServer } from '#test/helpers/local-server.ts';
import type { TlsCertificate } from '#test/helpers/tls-certificate.ts';

export interface ReceivedRequest {
  readonly path: string;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly body: string;
}

/** A server that takes whatever telemetry is sent to it, and answers as it is told. */
export async function startTelemetryReceiver(
  answer: (path: string) => { readonly status: number; readonly body?: object } = () => ({
    status: 200,
    body: {},
  }),
  certificate?: TlsCertificate,
) {
  const requests: ReceivedRequest[] = [];
  const take = async (request: IncomingMessage, response: ServerResponse) => {
    const raw = await readBody(request);
    const isZipped = request.headers['content-encoding'] === 'gzip';
    const body = (isZipped ? gunzipSync(raw) : raw).toString();
    requests.push({ path: request.url ?? '', headers: request.headers, body });
    const given = answer(request.url ?? '');
    response.writeHead(given.status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(given.body ?? {}));
  };
  const server =
    certificate === undefined ? createServer(take) : createTlsServer({ ...certificate }, take);
  const scheme = certificate === undefined ? 'http' : 'https';
  const origin = `${scheme}://127.0.0.1:${await listenLocally(server)}`;
  return {
    origin,
    requests,
    bodiesOf: (path: RegExp) =>
      requests.filter((request) => path.test(request.path)).map(({ body }) => body),
    stop: () => stopServer(server),
  };
}
