import { createSecretKey } from 'node:crypto';
import * as errors from 'jose/errors';
import { SignJWT } from 'jose/jwt/sign';
import { jwtVerify } from 'jose/jwt/verify';
import { DirectLineError, tokenLifetimeSeconds } from './protocol.ts';

/** What a Direct Line token stands for: one person in one conversation. */
export interface Participant {
  readonly userId: string;
  readonly conversationId: string;
}

export interface DirectLineTokens {
  issue(participant: Participant): Promise<string>;
  /** Throws DirectLineError 403, with the code `TokenExpired` where only the time has run out. */
  verify(token: string): Promise<Participant>;
  /** A token that lets the same browser come back as the same person, for 400 days from now. */
  issueResume(userId: string): Promise<string>;
  /** The person a resume token stands for; `undefined` for any other or expired token. */
  verifyResume(token: string): Promise<string | undefined>;
}

const issuer = 'career-mentor';
const directLineAudience = 'direct-line';
const resumeAudience = 'web-chat-resume';
const algorithm = 'HS256';
/** The longest that browsers keep a cookie, and as good a bound as any for what a page keeps. */
const resumeLifetimeSeconds = 400 * 24 * 60 * 60;

/** Creates and checks the tokens; tokens of one kind are never taken for the other. */
export function createDirectLineTokens({
  signingKey,
  now,
}: {
  readonly signingKey: Uint8Array;
  readonly now: () => Date;
}): DirectLineTokens {
  const key = createSecretKey(signingKey);

  const sign = (claims: Record<string, string>, audience: string, lifetimeSeconds: number) => {
    const issuedAt = Math.floor(now().getTime() / 1000);
    return new SignJWT(claims)
      .setProtectedHeader({ alg: algorithm, typ: 'JWT' })
      .setIssuer(issuer)
      .setAudience(audience)
      .setIssuedAt(issuedAt)
      .setExpirationTime(issuedAt + lifetimeSeconds)
      .sign(key);
  };
  const verify = async (token: string, audience: string, requiredClaims: string[]) => {
    const { payload } = await jwtVerify(token, key, {
      issuer,
      audience,
      algorithms: [algorithm],
      requiredClaims: ['exp', ...requiredClaims],
      currentDate: now(),
    });
    return payload;
  };

  return {
    // The clients read the claim `user` and keep to it.
    issue: ({ userId, conversationId }) =>
      sign({ user: userId, conv: conversationId }, directLineAudience, tokenLifetimeSeconds),
    async verify(token) {
      try {
        const payload = await verify(token, directLineAudience, ['user', 'conv']);
        return { userId: String(payload['user']), conversationId: String(payload['conv']) };
      } catch (error) {
        if (error instanceof errors.JWTExpired)
          throw new DirectLineError(403, 'TokenExpired', 'Token has expired');
        throw new DirectLineError(403, 'BadArgument', 'Invalid token or secret', { cause: error });
      }
    },
    issueResume: (userId) => sign({ sub: userId }, resumeAudience, resumeLifetimeSeconds),
    async verifyResume(token) {
      try {
        return (await verify(token, resumeAudience, ['sub'])).sub;
      } catch {
        return undefined;
      }
    },
  };
}
