import { join } from 'node:path';
import type { Request, Server } from 'restify';
import type { Authenticate } from '#api/sign-in/sign-in.ts';
import type { PublishSources } from '#api/v1/publications.ts';
import type { PersonalData } from '#bot/personal-data.ts';
import type { SessionOnly } from '#bot/session-only.ts';
import type { RateLimits } from '#services/rate-limits/port.ts';
import { openAuditLog } from './audit-log.ts';
import type { Core } from './core.ts';
import { openKnowledgeSources } from './knowledge-sources.ts';
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
  const [{ createApi }, { attachDocumentation }, { createApiLimits }, { isAllowedOrigin }] =
    await Promise.all([
      import('#api/v1/create-api.ts'),
      import('#api/documentation-pages.ts'),
      import('#api/v1/api-limits.ts'),
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
    isBehindFrontDoor: config.frontDoorId !== undefined,
    isOwnOrigin: (request: Request) => isAllowedOrigin(request, []),
    publishSources: publishSourcesOf(core),
    onKnowledgeChanged: core.knowledgeChanged,
    limits: createApiLimits({ limits: rateLimits, messagesPerMinute: config.messagesPerMinute }),
    ...(await openTokenBudget(config, rateLimits)),
    personalData: options.personalData,
    auditLog: openAuditLog(config, logger),
    sessionOnly: options.sessionOnly,
    ...(core.instrumentation && { telemetry: core.instrumentation.telemetry }),
    retentionDays: config.retentionDays,
    synonymsOf: core.expander.expand,
    isCrisis: core.isCrisis,
    publicUrl: () => publicUrl,
    now,
    logger,
  });
}

/** The same as `npm run ingest` without a source: the built-in articles, and the container that the settings name. */
function publishSourcesOf({ config, prepareIndex, publish }: Core): PublishSources {
  return async ({ recreate, onProgress, onSource }) => {
    await prepareIndex();
    for (const knowledge of await openKnowledgeSources(config, [])) {
      const report = await publish(knowledge, { recreate, onProgress });
      const { added, changed, removed, unchanged, refused, embeddingFailure } = report;
      onSource({
        source: knowledge.collection,
        ...{ added, changed, removed, unchanged },
        refused: refused.map(({ file, line, message }) => ({
          file,
          ...(line === undefined ? {} : { line }),
          problem: message,
        })),
        withoutVectors: embeddingFailure !== undefined,
      });
    }
  };
}
