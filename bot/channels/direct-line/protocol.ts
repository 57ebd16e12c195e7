import { RequestRefused } from '#bot/channels/read-json-body.ts';
import type { LoggedActivity } from '#services/activity-log/port.ts';

/** The channel id of Bot Framework's Direct Line; the embedded server is the same channel served from here. */
export const directLineChannelId = 'directline';

/** Service URL of the embedded server in activities and conversation references; `.invalid` never resolves (RFC 2606). */
export const directLineServiceUrl = 'https://directline.local.invalid/';

export const directLineRoot = '/v3/directline';

/** How long the clients expect a token to live: they refresh at half of it. */
export const tokenLifetimeSeconds = 30 * 60;

export const maxActivityBytes = 256 * 1024;

/** What a client receives at once: activities and the watermark to come back with. */
export interface ActivitySet {
  readonly activities: readonly LoggedActivity[];
  readonly watermark: string;
}

/** Codes as the service names them; the clients act on the HTTP status, people read the code. */
export type DirectLineErrorCode =
  | 'BadArgument'
  | 'MissingToken'
  | 'TokenExpired'
  | 'NotAllowed'
  | 'NotFound'
  | 'ConversationNotFound'
  | 'MessageSizeTooBig'
  | 'NotSupported'
  | 'BotRejectedActivity'
  | 'BotError'
  | 'ServiceError';

/** A call that ends with the service's own error body. */
export class DirectLineError extends RequestRefused {
  override readonly name = 'DirectLineError';
  readonly code: DirectLineErrorCode;

  constructor(status: number, code: DirectLineErrorCode, message: string, options?: ErrorOptions) {
    super(status, message, options);
    this.code = code;
  }
}

/** The answer to a conversation that does not exist, or does no longer. */
export function conversationNotFound(): DirectLineError {
  return new DirectLineError(404, 'ConversationNotFound', 'There is no such conversation.');
}
