import type { Server } from 'restify';
import type { Authenticate } from '#api/sign-in/sign-in.ts';
import type { WebSignIn } from '#api/sign-in/web-sign-in.ts';
import type { Config } from '#config.ts';
import type { Logger } from '#log.ts';

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

/** Adds what signing in on the pages takes to the server; nothing where the settings name no client for them. */
export async function attachWebSignIn(
  server: Server,
  { config, logger, webFolder }: { config: Config; logger: Logger; webFolder: string },
): Promise<WebSignIn | undefined> {
  if (config.signIn?.web === undefined) return undefined;
  const [{ createWebSignIn }, { attachSignInPage }] = await Promise.all([
    import('#api/sign-in/web-sign-in.ts'),
    import('#api/sign-in/sign-in-page.ts'),
  ]);
  const { web, ...issuer } = config.signIn;
  const webSignIn = createWebSignIn({ ...issuer, ...web }, { logger });
  attachSignInPage(server, { webFolder, webSignIn });
  return webSignIn;
}
