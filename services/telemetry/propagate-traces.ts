import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { ClientRequest } from 'node:http';
import { traceHeadersOf } from './trace-headers.ts';

/** https://undici.nodejs.org/#/docs/api/DiagnosticsChannel: of Node's own fetch and of the package alike. */
interface UndiciRequest {
  readonly headers: readonly unknown[] | string | null;
  addHeader(name: string, value: string): void;
}

/** https://nodejs.org/api/diagnostics_channel.html#event-httpclientrequestcreated */
const throughNode = 'http.client.request.created';
const throughUndici = 'undici:request:create';

/**
 * Lets every HTTP call out of the process carry the trace it belongs to, whichever client makes it: models, connector, Slack and
 * the Azure SDKs. A client that sets the header itself keeps its own. Costs nothing outside of a trace.
 */
export function propagateTraces(): { stop(): void } {
  subscribe(throughNode, onNodeRequest);
  subscribe(throughUndici, onUndiciRequest);
  return {
    stop() {
      unsubscribe(throughNode, onNodeRequest);
      unsubscribe(throughUndici, onUndiciRequest);
    },
  };
}

function onNodeRequest(message: unknown): void {
  const { request } = message as { readonly request: ClientRequest };
  // Who gave the headers as a list has written them by now.
  if (request.headersSent || request.hasHeader('traceparent')) return;
  for (const [name, value] of Object.entries(traceHeadersOf())) request.setHeader(name, value);
}

function onUndiciRequest(message: unknown): void {
  const { request } = message as { readonly request: UndiciRequest };
  if (Array.isArray(request.headers) && request.headers.includes('traceparent')) return;
  for (const [name, value] of Object.entries(traceHeadersOf())) request.addHeader(name, value);
}
