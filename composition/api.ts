import { join } from 'node:path';
import type { Request, Server } from 'restify';
import type { DeleteHook } from '#bot/personal-data.ts';
import type { RateLimits } from '#services/rate-limits/port.ts';
import type { Core } from './core.ts';
import { openTokenBudget } from './rate-limits.ts';

/** Adds the REST API and its documentation to the server. */
export async function attachApi(
  server: Server,
  core: Core,
  options: {
    /** Where people reach this server. */
    readonly publicUrl: string;
    readonly rateLimits: RateLimits;
    /** Delete what the channels keep of a person outside the stores. */
    readonly deleteHooks: readonly DeleteHook[];
  },
) {
  const { config, logger } = core;
  const { publicUrl, rateLimits, deleteHooks } = options;
  const [
    { createApi },
    { attachDocumentation },
    { createAuthenticate },
    { createApiLimits },
    { createPersonalData },
    { findForeignPart },
    { isAllowedOrigin },
  ] = await Promise.all([
    import('#api/v1/create-api.ts'),
    import('#api/documentation-pages.ts'),
    import('#api/sign-in/sign-in.ts'),
    import('#api/v1/api-limits.ts'),
    import('#bot/personal-data.ts'),
    import('#bot/channels/bot-framework/local-caller.ts'),
    import('#bot/channels/direct-line/origins.ts'),
  ]);
  const root = join(import.meta.dirname, '..');
  attachDocumentation(server, {
    webFolder: join(root, 'web'),
    openApiFile: join(root, 'openapi.json'),
  });
  const now = () => new Date();
  const { conversations, profiles, transcripts, botState } = core;
  return createApi(server, {
    ...core,
    authenticate: createAuthenticate({
      signIn: config.signIn,
      findForeignPart: (request) => findForeignPart(request, 'http://localhost'),
    }),
    isAllowedOrigin: (request: Request) => isAllowedOrigin(request, config.allowedOrigins),
    limits: createApiLimits({ limits: rateLimits, messagesPerMinute: config.messagesPerMinute }),
    ...(await openTokenBudget(config, rateLimits)),
    personalData: createPersonalData({
      profiles,
      conversations,
      transcripts,
      storage: botState,
      deleteHooks,
      clock: now,
    }),
    retentionDays: config.retentionDays,
    synonymsOf: core.expander.expand,
    isCrisis: core.isCrisis,
    publicUrl: () => publicUrl,
    now,
    logger,
  });
}
