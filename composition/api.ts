import { join } from 'node:path';
import type { Request, Server } from 'restify';
import type { Authenticate } from '#api/sign-in/sign-in.ts';
import type { PersonalData } from '#bot/personal-data.ts';
import type { SessionOnly } from '#bot/session-only.ts';
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
    readonly authenticate: Authenticate;
    readonly personalData: PersonalData;
    readonly sessionOnly: SessionOnly;
  },
) {
  const { config, logger } = core;
  const { publicUrl, rateLimits } = options;
  const [
    { createApi },
    { attachDocumentation },
    { createApiLimits },
    { createFileAuditLog },
    { isAllowedOrigin },
  ] = await Promise.all([
    import('#api/v1/create-api.ts'),
    import('#api/documentation-pages.ts'),
    import('#api/v1/api-limits.ts'),
    import('#services/audit-log/file.ts'),
    import('#bot/channels/direct-line/origins.ts'),
  ]);
  const root = join(import.meta.dirname, '..');
  attachDocumentation(server, {
    webFolder: join(root, 'web'),
    openApiFile: join(root, 'openapi.json'),
  });
  const now = () => new Date();
  return createApi(server, {
    ...core,
    authenticate: options.authenticate,
    isAllowedOrigin: (request: Request) => isAllowedOrigin(request, config.allowedOrigins),
    limits: createApiLimits({ limits: rateLimits, messagesPerMinute: config.messagesPerMinute }),
    ...(await openTokenBudget(config, rateLimits)),
    personalData: options.personalData,
    auditLog: createFileAuditLog(join(config.dataDirectory, 'audit.jsonl')),
    sessionOnly: options.sessionOnly,
    retentionDays: config.retentionDays,
    synonymsOf: core.expander.expand,
    isCrisis: core.isCrisis,
    publicUrl: () => publicUrl,
    now,
    logger,
  });
}
