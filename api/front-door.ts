import type { IncomingMessage } from 'node:http';
import type { Server } from 'restify';
import { RequestProblem, sendProblem } from './problem.ts';

/** Probes of the platform do not come through Front Door. */
const healthPath = /^\/health(?:\/(?:live|ready))?\/?(?:\?|$)/;

/**
 * Refuses with 403 what did not come through the Azure Front Door of this id, WebSockets too, except questions for the health.
 * https://learn.microsoft.com/azure/frontdoor/origin-security
 */
export function admitFrontDoorAlone(server: Server, frontDoorId: string): void {
  const isAdmitted = ({ headers, url = '' }: IncomingMessage) =>
    String(headers['x-azure-fdid']).toLowerCase() === frontDoorId.toLowerCase() ||
    healthPath.test(url);
  // An upgrade that is refused is answered as the plain request that it also is.
  Object.assign(server.server, {
    shouldUpgradeCallback: (request: IncomingMessage) => isAdmitted(request),
  });
  server.pre((request, response, next) => {
    if (isAdmitted(request)) return next();
    sendProblem(response, refusal, String(request.headers['x-request-id']));
    next(false);
  });
}

const refusal = new RequestProblem('not-permitted', {
  detail: 'This server answers what comes through its Azure Front Door; use its public address.',
});
