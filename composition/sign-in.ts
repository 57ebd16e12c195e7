import type { Authenticate } from '#api/sign-in/sign-in.ts';
import type { Config } from '#config.ts';

/** Who calls, by the issuer of the settings; without one, callers of this machine alone. */
export async function openSignIn({ signIn }: Config): Promise<Authenticate> {
  const [{ createAuthenticate }, { findForeignPart }] = await Promise.all([
    import('#api/sign-in/sign-in.ts'),
    import('#bot/channels/bot-framework/local-caller.ts'),
  ]);
  return createAuthenticate({
    signIn,
    findForeignPart: (request) => findForeignPart(request, 'http://localhost'),
  });
}
