import { randomUUID } from 'node:crypto';
import type { Request, Server } from 'restify';
import { asOperator } from '#api/monitoring/authorize.ts';
import { apiChannelId } from '#api/sign-in/caller.ts';
import type { KnowledgeIndex } from '#services/knowledge-index/port.ts';
import type { Telemetry } from '#services/telemetry/port.ts';
import type { AnswerMessageOptions } from './answer-message.ts';
import { type AnswerRunsOptions, createAnswerRuns } from './answer-runs.ts';
import { type ApiEdge, attachRoutes } from './attach-routes.ts';
import { knowledgeAdministrationRoutes } from './knowledge-administration.ts';
import { type KnowledgeRoutesOptions, knowledgeRoutes } from './knowledge-routes.ts';
import { type MeRoutesOptions, meRoutes } from './me-routes.ts';
import { messageRoutes } from './messages.ts';
import { createPublications, type PublishSources } from './publications.ts';
import { sessionRoutes } from './session-routes.ts';
import { createSessions, type SessionsOptions } from './sessions.ts';

export type ApiOptions = ApiEdge &
  SessionsOptions &
  AnswerMessageOptions &
  KnowledgeRoutesOptions &
  Omit<MeRoutesOptions, 'sessions' | 'runs'> & {
    readonly index: Pick<KnowledgeIndex, 'removeDocument'>;
    readonly publishSources: PublishSources;
    /** Called after a document was removed from the index. */
    readonly onKnowledgeChanged: () => Promise<void>;
    /** Whether the page that calls is our own; the sites of others may not administer. */
    readonly isOwnOrigin: (request: Request) => boolean;
    readonly heartbeatMs?: number;
    /** Counts each question as a turn of the API's channel. */
    readonly telemetry?: Pick<Telemetry, 'turn'>;
  };

/** The REST API on a server. */
export interface Api {
  /** How many answers are being written. */
  running(): number;
  /** Stops the answers under way. */
  close(): Promise<void>;
}

/** Adds every route of the REST API to the server. */
export function createApi(server: Server, options: ApiOptions): Api {
  const { telemetry } = options;
  const runs = createAnswerRuns(telemetry === undefined ? {} : { observe: asTurnOf(telemetry) });
  const sessions = createSessions(options);
  const parts = { ...options, sessions, runs };
  attachRoutes(
    server,
    [
      ...sessionRoutes(parts),
      ...messageRoutes(parts),
      ...meRoutes(parts),
      ...knowledgeRoutes(parts),
    ],
    options,
  );
  const publications = createPublications({ ...options, newId: randomUUID });
  attachRoutes(server, knowledgeAdministrationRoutes({ ...options, publications }), {
    ...options,
    authenticate: asOperator(options.authenticate),
    isAllowedOrigin: options.isOwnOrigin,
  });
  return {
    running: runs.running,
    close: () => runs.stopAll(() => true),
  };
}

/** The same figures as for every other channel; a session that began elsewhere goes on here. */
function asTurnOf(telemetry: Pick<Telemetry, 'turn'>): NonNullable<AnswerRunsOptions['observe']> {
  return ({ isSignedIn }, work) =>
    telemetry.turn(
      {
        channel: apiChannelId,
        activityType: 'message',
        userType: isSignedIn ? 'signed-in' : 'anonymous',
        isWithinRequest: true,
      },
      work,
    );
}
