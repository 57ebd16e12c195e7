import type { Server } from 'restify';
import type { AnswerMessageOptions } from './answer-message.ts';
import { createAnswerRuns } from './answer-runs.ts';
import { type ApiEdge, attachRoutes } from './attach-routes.ts';
import { type KnowledgeRoutesOptions, knowledgeRoutes } from './knowledge-routes.ts';
import { type MeRoutesOptions, meRoutes } from './me-routes.ts';
import { messageRoutes } from './messages.ts';
import { sessionRoutes } from './session-routes.ts';
import { createSessions, type SessionsOptions } from './sessions.ts';

export type ApiOptions = ApiEdge &
  SessionsOptions &
  AnswerMessageOptions &
  KnowledgeRoutesOptions &
  Omit<MeRoutesOptions, 'sessions' | 'runs'> & { readonly heartbeatMs?: number };

/** The REST API on a server. */
export interface Api {
  /** How many answers are being written. */
  running(): number;
  /** Stops the answers under way. */
  close(): Promise<void>;
}

/** Adds every route of the REST API to the server. */
export function createApi(server: Server, options: ApiOptions): Api {
  const runs = createAnswerRuns();
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
  return { running: runs.running, close: () => runs.stopAll(() => true) };
}
