import { createHash } from 'node:crypto';

/** What a caller may do; each operation names the one that it needs. */
export const permissions = ['chat', 'me', 'knowledge', 'admin'] as const;

export type Permission = (typeof permissions)[number];
export type Role = 'user' | 'admin';

/** One person in one channel, as the stores know them. */
export interface Identity {
  readonly channelId: string;
  readonly userId: string;
  /** `<channelId>:<userId>`. */
  readonly userKey: string;
}

/** Whoever calls, once it is known who that is. */
export interface Caller {
  /** Ours: it tells neither the issuer's name for them nor their address. */
  readonly personId: string;
  readonly isSignedIn: boolean;
  /** The issuer's name for them; for the audit of what administrators do, and for nothing else. */
  readonly account: string;
  readonly roles: readonly Role[];
  readonly permissions: ReadonlySet<Permission>;
  /** Under which the stores know them: first here, then where else they were signed in. */
  readonly identities: readonly [Identity, ...Identity[]];
}

/** The channel under which the REST API keeps its conversations. */
export const apiChannelId = 'api';

/** The id of somebody who signed in: the same for every client and channel, and not to be read back. */
export function personIdOf(issuer: string, subject: string): string {
  const digest = createHash('sha256').update(`${issuer}\n${subject}`).digest('base64url');
  return `user-${digest.slice(0, 32)}`;
}

/** The user id that the web chat gives to a person who signed in; its clients take only ids with this prefix. */
export function webChatUserIdOf(personId: string): string {
  return `dl_${personId}`;
}

/** A person in a channel. */
export function identityOf(channelId: string, userId: string): Identity {
  return { channelId, userId, userKey: `${channelId}:${userId}` };
}
