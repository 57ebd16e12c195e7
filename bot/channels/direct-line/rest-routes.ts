import type { ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import type { Request, Server } from 'restify';
import * as z from 'zod';
import { readJsonBody } from '#bot/channels/read-json-body.ts';
import type { Conversations } from './conversations.ts';
import { type FileStore, filesRoot } from './files.ts';
import { addPath, type EdgeOptions, type Handlers, queryOf, sendJson } from './http-edge.ts';
import type { Intake } from './intake.ts';
import { publicAddress } from './origins.ts';
import { presentActivitySet } from './present.ts';
import {
  conversationNotFound,
  DirectLineError,
  directLineRoot,
  maxActivityBytes,
  tokenLifetimeSeconds,
} from './protocol.ts';
import { receiveUpload } from './receive-upload.ts';
import type { DirectLineTokens, Participant } from './tokens.ts';

export interface RestRoutesOptions extends EdgeOptions {
  readonly conversations: Conversations;
  readonly tokens: DirectLineTokens;
  readonly files: FileStore;
  readonly intake: Intake;
  /** Somebody nobody has seen before, in a conversation that does not exist yet. */
  readonly createParticipant: () => Participant;
}

const maxSmallBodyBytes = 16 * 1024;
const startBody = z.object({ locale: z.string().max(35).optional().catch(undefined) });

/** Adds the REST side of Direct Line 3.0 below `/v3/directline`. */
export function attachRestRoutes(server: Server, options: RestRoutesOptions): void {
  const add = (path: string, handlers: Handlers) =>
    addPath(server, `${directLineRoot}${path}`, handlers, options);
  attachTokenRoutes(add, options);
  attachConversationRoutes(add, options);
  attachActivityRoutes(add, options);
  add('/session/getsessionid', {
    get: async () => {
      // Only sign-in cards ask for it, and there is no sign-in here.
      throw new DirectLineError(404, 'NotFound', 'There are no sign-in sessions.');
    },
  });
  server.get(`${filesRoot}:owner/:file/:name`, async (request, response) =>
    serveFile(request, response, options.files),
  );
}

type AddPath = (path: string, handlers: Handlers) => void;

function attachTokenRoutes(add: AddPath, { tokens, createParticipant }: RestRoutesOptions): void {
  add('/tokens/generate', {
    async post(request, response) {
      // Whoever the caller names: without a secret between us, anybody could ask to be anybody.
      await readJsonBody(request, maxSmallBodyBytes);
      sendJson(response, 200, await describeToken(createParticipant(), tokens));
    },
  });
  add('/tokens/refresh', {
    async post(request, response) {
      const participant = await authenticate(request, tokens);
      sendJson(response, 200, await describeToken(participant, tokens));
    },
  });
}

function attachConversationRoutes(
  add: AddPath,
  { tokens, conversations, intake }: RestRoutesOptions,
): void {
  const describe = async (request: Request, participant: Participant, watermark: string) => {
    const description = await describeToken(participant, tokens);
    const { secure, host } = publicAddress(request);
    const query = new URLSearchParams({ watermark, t: description.token });
    return {
      ...description,
      streamUrl: `${secure ? 'wss' : 'ws'}://${host}${directLineRoot}/conversations/${participant.conversationId}/stream?${query}`,
    };
  };
  add('/conversations', {
    async post(request, response) {
      const participant = await authenticate(request, tokens);
      const { locale } = startBody.parse(await readJsonBody(request, maxSmallBodyBytes));
      const isNew = await intake.start(participant, locale);
      sendJson(response, isNew ? 201 : 200, await describe(request, participant, '0'));
    },
  });
  add('/conversations/:conversationId', {
    async get(request, response) {
      const participant = await authenticateFor(request, tokens);
      const owner = await conversations.ownerOf(participant.conversationId);
      if (owner !== participant.userId) throw conversationNotFound();
      const watermark = queryOf(request).get('watermark') || '0';
      sendJson(response, 200, await describe(request, participant, watermark));
    },
  });
}

function attachActivityRoutes(
  add: AddPath,
  { tokens, conversations, files, intake }: RestRoutesOptions,
): void {
  add('/conversations/:conversationId/activities', {
    async get(request, response) {
      const { conversationId } = await authenticateFor(request, tokens);
      const watermark = queryOf(request).get('watermark') ?? undefined;
      const activitySet = await conversations.readAfter(conversationId, watermark);
      sendJson(response, 200, presentActivitySet(activitySet, files, publicAddress(request)));
    },
    async post(request, response) {
      const participant = await authenticateFor(request, tokens);
      const posted = await readJsonBody(request, maxActivityBytes);
      const address = publicAddress(request);
      sendJson(response, 200, { id: await intake.post(participant, { posted, address }) });
    },
  });
  add('/conversations/:conversationId/upload', {
    async post(request, response) {
      const participant = await authenticateFor(request, tokens);
      const { userId } = participant;
      const { activity, attachments } = await receiveUpload(request, { userId, files });
      const address = publicAddress(request);
      try {
        const id = await intake.post(participant, { posted: activity, attachments, address });
        sendJson(response, 200, { id });
      } catch (error) {
        await Promise.all(attachments.map(({ contentUrl }) => files.remove(contentUrl)));
        throw error;
      }
    },
  });
}

async function describeToken(participant: Participant, tokens: DirectLineTokens) {
  return {
    conversationId: participant.conversationId,
    token: await tokens.issue(participant),
    expires_in: tokenLifetimeSeconds,
  };
}

async function authenticate(request: Request, tokens: DirectLineTokens): Promise<Participant> {
  const [, token] = /^Bearer\s+(\S+)$/i.exec(request.headers.authorization ?? '') ?? [];
  if (!token) throw new DirectLineError(401, 'MissingToken', 'Missing token or secret');
  return tokens.verify(token);
}

/** The participant, where the token is for the conversation in the path. */
async function authenticateFor(request: Request, tokens: DirectLineTokens): Promise<Participant> {
  const participant = await authenticate(request, tokens);
  if (participant.conversationId !== request.params?.conversationId)
    throw new DirectLineError(403, 'NotAllowed', 'The token is for another conversation.');
  return participant;
}

/** The signature in the address is the permission: a picture in a page is asked for without a token. */
async function serveFile(
  request: Request,
  response: ServerResponse,
  files: FileStore,
): Promise<void> {
  const [path = ''] = (request.url ?? '').slice(filesRoot.length).split('?');
  const file = await files.open(path, queryOf(request));
  if (!file) {
    sendJson(response, 404, { error: { code: 'NotFound', message: 'There is no such file.' } });
    return;
  }
  response.writeHead(200, {
    'Content-Type': file.contentType,
    'Content-Length': file.sizeBytes,
    'Content-Disposition': `attachment; filename*=UTF-8''${encodeHeaderValue(file.name)}`,
    'Cache-Control': 'private, max-age=3600',
    'X-Content-Type-Options': 'nosniff',
    'Content-Security-Policy': "default-src 'none'; sandbox",
  });
  await pipeline(file.content, response).catch(() => response.destroy());
}

/** https://www.rfc-editor.org/rfc/rfc8187#section-3.2: four characters more than encodeURIComponent encodes. */
function encodeHeaderValue(text: string): string {
  return encodeURIComponent(text).replaceAll(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
