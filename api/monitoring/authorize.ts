import type { IncomingMessage } from 'node:http';
import { RequestProblem } from '#api/problem.ts';
import type { Caller } from '#api/sign-in/caller.ts';
import type { Authenticate } from '#api/sign-in/sign-in.ts';

/**
 * Who calls, as the monitoring sees them: where nobody can sign in, whoever sits at this machine runs the service, and so
 * may do what an administrator may.
 */
export function asOperator(authenticate: Authenticate): Authenticate {
  return async (request) => {
    const caller = await authenticate(request);
    return caller.isSignedIn
      ? caller
      : { ...caller, permissions: new Set([...caller.permissions, 'admin']) };
  };
}

/** Resolves to the caller where they are an administrator; rejects otherwise. */
export async function requireAdmin(
  authenticate: Authenticate,
  request: IncomingMessage,
): Promise<Caller> {
  const caller = await authenticate(request);
  if (!caller.permissions.has('admin'))
    throw new RequestProblem('not-permitted', { detail: 'This needs the permission admin.' });
  return caller;
}
