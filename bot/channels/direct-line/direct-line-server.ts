import { randomUUID } from 'node:crypto';
import type { Server } from 'restify';
import type { HostAdapter, TurnLogic } from '#bot/channels/bot-framework/host-adapter.ts';
import type { TurnInbox, TurnLogger } from '#bot/turn-inbox.ts';
import type { ActivityLog } from '#services/activity-log/port.ts';
import { createConnector } from './connector.ts';
import { createConversations, type OtherWriters } from './conversations.ts';
import { createFileStore } from './files.ts';
import type { BotAccount } from './incoming-activity.ts';
import { createIntake, directLineEdge } from './intake.ts';
import { presentActivitySet } from './present.ts';
import { attachRestRoutes } from './rest-routes.ts';
import { attachStreams } from './stream.ts';
import { createDirectLineTokens } from './tokens.ts';
import {
  attachWebChatSession,
  createUserId,
  type WebChatSessionOptions,
} from './web-chat-session.ts';

export interface DirectLineServerOptions {
  readonly adapter: HostAdapter;
  readonly inbox: TurnInbox;
  /** The bot. */
  readonly logic: TurnLogic;
  readonly log: ActivityLog;
  /** At least 32 random bytes, the same after a restart: with another key every page has to begin anew. */
  readonly signingKey: Uint8Array;
  /** What people attach is kept here. */
  readonly filesFolder: string;
  /** Other sites whose pages may embed the chat, such as `https://example.org`; our own pages always may. */
  readonly allowedOrigins: readonly string[];
  readonly logger: TurnLogger;
  /** See WebChatSessionOptions. */
  readonly identify?: WebChatSessionOptions['identify'];
  readonly bot?: BotAccount;
  readonly now?: () => Date;
  readonly heartbeatMs?: number;
  /** Where other processes write to the same log. */
  readonly otherWriters?: OtherWriters;
}

export interface DirectLineServer {
  /** Adds the routes and the WebSocket streams. No body parser may run before them. */
  attach(server: Server): void;
  /** Deletes the person's conversations with all they attached; resolves to how many conversations there were. */
  deleteUser(userId: string): Promise<number>;
  /** Closes the streams; their clients reconnect with their watermark. Drain the inbox first. */
  close(): Promise<void>;
}

/** Creates the embedded Direct Line 3.0 server, which serves the unmodified official clients without Azure. */
export function createDirectLineServer({
  adapter,
  inbox,
  logic,
  log,
  signingKey,
  filesFolder,
  allowedOrigins,
  logger,
  identify,
  bot = { id: 'career-mentor', name: 'Career Mentor' },
  now = () => new Date(),
  heartbeatMs = 30_000,
  otherWriters,
}: DirectLineServerOptions): DirectLineServer {
  const edge = { allowedOrigins, logger };
  const tokens = createDirectLineTokens({ signingKey, now });
  const files = createFileStore({ folder: filesFolder, signingKey, now });
  const conversations = createConversations({
    log,
    now,
    logger,
    ...(otherWriters && { otherWriters }),
  });
  const intake = createIntake({
    conversations,
    files,
    inbox,
    bot,
    now,
    logger,
    runTurn: (activity) => adapter.runLocal(activity, logic),
  });
  const streams: { close(): Promise<void> }[] = [];
  inbox.serve(directLineEdge, adapter.createEdge(logic, logger));
  adapter.embed(createConnector({ conversations, bot, now }));

  return {
    attach(server) {
      attachRestRoutes(server, {
        ...edge,
        conversations,
        tokens,
        files,
        intake,
        createParticipant: () => ({ userId: createUserId(), conversationId: randomUUID() }),
      });
      attachWebChatSession(server, { ...edge, log, tokens, identify });
      streams.push(
        attachStreams(server, {
          ...edge,
          conversations,
          tokens,
          heartbeatMs,
          present: (activitySet, address) => presentActivitySet(activitySet, files, address),
        }),
      );
    },
    async deleteUser(userId) {
      await files.deleteUser(userId);
      return log.deleteUser(userId);
    },
    async close() {
      conversations.close();
      await Promise.all(streams.map((stream) => stream.close()));
    },
  };
}
