import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import restify from 'restify';
import {
  type BotCredentials,
  HostAdapter,
  type HostAdapterOptions,
  type TokenAuthority,
  type TurnLogic,
} from '#bot/channels/bot-framework/host-adapter.ts';
import { attachBotFrameworkRoutes } from '#bot/channels/bot-framework/routes.ts';
import { capabilitiesForActivity } from '#bot/channels/capabilities-table.ts';
import {
  createDirectLineServer,
  type DirectLineServer,
} from '#bot/channels/direct-line/direct-line-server.ts';
import { readTeamsActivity } from '#bot/channels/teams/read-teams-activity.ts';
import { createTurnInbox, type TurnInbox } from '#bot/turn-inbox.ts';
import type { ActivityLog } from '#services/activity-log/port.ts';
import { createSqliteActivityLog } from '#services/activity-log/sqlite.ts';
import { openDatabase } from '#services/database/open-database.ts';

export interface BotHost {
  /** Such as `http://127.0.0.1:40123`. */
  readonly url: string;
  readonly port: number;
  /** What the client library takes as `domain`. */
  readonly directLineUrl: string;
  readonly adapter: HostAdapter;
  readonly inbox: TurnInbox;
  readonly log: ActivityLog;
  readonly directLine: DirectLineServer;
  /** What was logged, one JSON line each. */
  readonly logLines: readonly string[];
  /** Waits for running turns, then stops everything; the folder stays. */
  stop(): Promise<void>;
}

export interface BotHostOptions {
  readonly logic: TurnLogic;
  /** Where everything is kept; give the same one again to restart a host. */
  readonly folder: string;
  readonly port?: number;
  readonly now?: () => Date;
  readonly allowedOrigins?: readonly string[];
  readonly credentials?: BotCredentials;
  readonly authority?: TokenAuthority;
  readonly capabilitiesOf?: HostAdapterOptions['capabilitiesOf'];
  /** Adds middleware to the adapter. */
  readonly prepare?: (adapter: HostAdapter) => void;
  readonly heartbeatMs?: number;
  /** Adds more routes to the same server, such as the chat page. */
  readonly alsoServe?: (server: restify.Server) => void;
}

const signingKey = new TextEncoder().encode('a signing key of at least 32 bytes, for tests');

/** A real HTTP server with `/api/messages` and the embedded Direct Line server, wired as the program wires them. */
export async function startBotHost({
  logic,
  folder,
  port = 0,
  now = () => new Date(),
  allowedOrigins = [],
  credentials = {},
  authority,
  capabilitiesOf = capabilitiesForActivity,
  prepare,
  heartbeatMs = 30_000,
  alsoServe,
}: BotHostOptions): Promise<BotHost> {
  const logLines: string[] = [];
  const logger = pino({}, { write: (line: string) => logLines.push(line) });
  const { database } = openDatabase(join(folder, 'test.db'));
  const log = createSqliteActivityLog(database);
  const inbox = createTurnInbox({ logger });
  const adapter = new HostAdapter({
    credentials,
    capabilitiesOf,
    readers: new Map([['msteams', readTeamsActivity]]),
    wait: async () => undefined,
    ...(authority && { authority }),
  });
  prepare?.(adapter);
  const directLine = createDirectLineServer({
    adapter,
    inbox,
    logic,
    log,
    signingKey,
    filesFolder: join(folder, 'files'),
    allowedOrigins,
    logger,
    now,
    heartbeatMs,
  });
  const server = restify.createServer();
  attachBotFrameworkRoutes(server, { adapter, inbox, logic, logger });
  directLine.attach(server);
  alsoServe?.(server);
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${server.address().port}`;
  return {
    url,
    port: server.address().port,
    directLineUrl: `${url}/v3/directline`,
    adapter,
    inbox,
    log,
    directLine,
    logLines,
    async stop() {
      await inbox.drain(5_000);
      await directLine.close();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      // Restify types its server as the HTTP server that it only wraps.
      (
        server as unknown as { server: { closeAllConnections(): void } }
      ).server.closeAllConnections();
      await closed;
      database.close();
    },
  };
}

/** A fresh folder, removed when the test has ended. */
export async function createTestFolder(test: {
  after(clean: () => Promise<void>): void;
}): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'career-mentor-test-'));
  test.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}
