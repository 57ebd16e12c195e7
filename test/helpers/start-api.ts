import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MemoryTranscriptStore } from 'botbuilder';
import { createHttpServer } from '#api/http-server.ts';
import { createAuthenticate } from '#api/sign-in/sign-in.ts';
import type { SignInSettings } from '#api/sign-in/token-verifier.ts';
import { createApiLimits } from '#api/v1/api-limits.ts';
import { attachRoutes } from '#api/v1/attach-routes.ts';
import { type ApiOptions, createApi } from '#api/v1/create-api.ts';
import type { Route } from '#api/v1/operation.ts';
import { findForeignPart } from '#bot/channels/bot-framework/local-caller.ts';
import { isAllowedOrigin } from '#bot/channels/direct-line/origins.ts';
import { createPersonalData } from '#bot/personal-data.ts';
import { createFileAuditLog } from '#services/audit-log/file.ts';
import { createSqliteBotStateStorage } from '#services/bot-state/sqlite.ts';
import { createSqliteConversationStore } from '#services/conversations/sqlite.ts';
import { openDatabase } from '#services/database/open-database.ts';
import type { KnowledgeIndex } from '#services/knowledge-index/port.ts';
import { createSqliteKnowledgeIndex } from '#services/knowledge-index/sqlite.ts';
import { createSqliteProfileStore } from '#services/profiles/sqlite.ts';
import { createMemoryRateLimits } from '#services/rate-limits/memory.ts';
import { isScriptedCrisis, scriptedMentor } from './scripted-mentor.ts';

export interface StartApiOptions {
  readonly signIn?: SignInSettings;
  readonly messagesPerMinute?: number;
  readonly allowedOrigins?: readonly string[];
  readonly changes?: Partial<ApiOptions>;
  /** Routes beside the API's own. */
  readonly routes?: readonly Route[];
  /** For what stands on the server beside the API. */
  readonly alsoServe?: (server: ReturnType<typeof createHttpServer>) => void;
}

/** The REST API over HTTP on stores of its own, with a mentor that follows a script. */
export async function startApi(options: StartApiOptions = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'career-mentor-api-'));
  const { database } = openDatabase(join(folder, 'mentor.sqlite'));
  const mentor = scriptedMentor();
  const logged: { level: string; details: object; message: string | undefined }[] = [];
  const log = (level: string) => (details: object, message?: string) =>
    void logged.push({ level, details, message });
  const logger = {
    info: log('info'),
    warn: log('warn'),
    error: log('error'),
    debug: log('debug'),
  };
  const server = createHttpServer({ logger });
  const now = () => new Date();
  const conversations = createSqliteConversationStore(database);
  const profiles = createSqliteProfileStore(database);
  const botState = createSqliteBotStateStorage(database);
  const limits = createMemoryRateLimits();
  let origin = '';
  const parts: ApiOptions = {
    answerQuestion: mentor.answerQuestion,
    conversations,
    profiles,
    index: createSqliteKnowledgeIndex(database),
    embeddings: undefined,
    synonymsOf: () => [],
    authenticate: createAuthenticate({
      signIn: options.signIn,
      findForeignPart: (request) => findForeignPart(request, 'http://localhost'),
    }),
    isAllowedOrigin: (request) => isAllowedOrigin(request, options.allowedOrigins ?? []),
    isOwnOrigin: (request) => isAllowedOrigin(request, []),
    publishSources: async ({ onProgress, onSource }) => {
      onProgress();
      onSource({
        source: 'articles',
        added: ['new'],
        changed: [],
        removed: [],
        unchanged: 0,
        refused: [],
        withoutVectors: false,
      });
    },
    onKnowledgeChanged: async () => undefined,
    limits: createApiLimits({ limits, messagesPerMinute: options.messagesPerMinute }),
    personalData: createPersonalData({
      profiles,
      conversations,
      transcripts: new MemoryTranscriptStore(),
      storage: botState,
      deleteHooks: [],
      clock: now,
    }),
    auditLog: createFileAuditLog(join(folder, 'audit.jsonl')),
    retentionDays: 365,
    isCrisis: isScriptedCrisis,
    publicUrl: () => 'https://mentor.example',
    now,
    logger,
    ...options.changes,
  };
  const api = createApi(server, parts);
  attachRoutes(server, options.routes ?? [], parts);
  options.alsoServe?.(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${server.address().port}`;
  return {
    origin,
    folder,
    server,
    api,
    logged,
    questions: mentor.questions,
    options: mentor.options,
    conversations,
    profiles,
    index: parts.index as KnowledgeIndex,
    /** One call with a JSON body, on behalf of a person. */
    call(method: string, path: string, given: CallOptions = {}): Promise<Response> {
      return fetch(`${origin}${path}`, {
        method,
        headers: {
          ...(given.body === undefined ? {} : { 'content-type': 'application/json' }),
          ...(given.token === undefined ? {} : { authorization: `Bearer ${given.token}` }),
          ...(given.person === undefined ? {} : { 'x-local-person': given.person }),
          ...given.headers,
        },
        ...(given.body === undefined ? {} : { body: JSON.stringify(given.body) }),
        ...(given.signal === undefined ? {} : { signal: given.signal }),
      });
    },
    async close(): Promise<void> {
      await api.close();
      server.server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      database.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export interface CallOptions {
  readonly body?: unknown;
  readonly token?: string;
  readonly person?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

export type ApiHost = Awaited<ReturnType<typeof startApi>>;

/** Begins a session and gives its id. */
export async function beginSession(host: ApiHost, options: CallOptions = {}): Promise<string> {
  const response = await host.call('POST', '/api/v1/chat/session', { body: {}, ...options });
  return ((await response.json()) as { sessionId: string }).sessionId;
}
