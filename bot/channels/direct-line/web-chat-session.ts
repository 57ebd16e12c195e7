import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { Request, Server } from 'restify';
import * as z from 'zod';
import { RequestRefused, readJsonBody } from '#bot/channels/read-json-body.ts';
import type { ActivityLog } from '#services/activity-log/port.ts';
import { addPath, type EdgeOptions, sendJson } from './http-edge.ts';
import { tokenLifetimeSeconds } from './protocol.ts';
import type { DirectLineTokens } from './tokens.ts';

export interface WebChatSessionOptions extends EdgeOptions {
  readonly log: ActivityLog;
  readonly tokens: DirectLineTokens;
  /**
   * The user id of somebody who signed in, by what the request carries; nothing where it carries nothing. Rejects where what
   * it carries is not believed.
   */
  readonly identify?: ((request: Request) => Promise<string | undefined>) | undefined;
}

export const webChatSessionPath = '/api/web-chat/session';

const maxBodyBytes = 16 * 1024;
const sessionRequest = z.object({
  resumeToken: z.string().optional(),
  conversationId: z.string().optional(),
  newConversation: z.boolean().optional(),
});

/**
 * Adds the route with which a chat page begins: whoever brings a resume token is the same person again and gets their
 * conversation back, anybody else becomes a new person. Whoever signed in is that person wherever they are, and gets no resume
 * token: the sign-in brings them back. `isNew` says that the conversation still has to be started.
 */
export function attachWebChatSession(server: Server, options: WebChatSessionOptions): void {
  const { log, tokens, identify } = options;
  addPath(server, webChatSessionPath, { post: openSession }, options);

  async function openSession(request: Request, response: ServerResponse): Promise<void> {
    const parsed = sessionRequest.safeParse(await readJsonBody(request, maxBodyBytes));
    if (!parsed.success) throw new RequestRefused(400, z.prettifyError(parsed.error));
    const { resumeToken, conversationId: wanted, newConversation } = parsed.data;
    const signedIn = await identify?.(request);
    const resumed = resumeToken && (await tokens.verifyResume(resumeToken));
    const userId = signedIn ?? (resumed || createUserId());
    const existing = newConversation ? undefined : await findConversation(log, userId, wanted);
    const conversationId = existing ?? randomUUID();
    sendJson(response, 200, {
      // A fresh one each time: who comes back at least once in 400 days is never forgotten.
      ...(signedIn === undefined ? { resumeToken: await tokens.issueResume(userId) } : {}),
      userId,
      conversationId,
      token: await tokens.issue({ userId, conversationId }),
      expiresInSeconds: tokenLifetimeSeconds,
      isNew: existing === undefined,
    });
  }
}

/** Ids with this prefix are the token's to give: the clients refuse them from anybody else. */
export function createUserId(): string {
  return `dl_${randomUUID()}`;
}

/** The wanted conversation where it is the person's own, else their newest; `undefined` where they have none. */
async function findConversation(
  log: ActivityLog,
  userId: string,
  wanted: string | undefined,
): Promise<string | undefined> {
  const own = await log.list(userId);
  const found = own.find(({ conversationId }) => conversationId === wanted) ?? own[0];
  return found?.conversationId;
}
