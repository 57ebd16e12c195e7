import { join } from 'node:path';
import type { Config } from '#config.ts';
import type { Logger } from '#log.ts';
import { createFileAuditLog } from '#services/audit-log/file.ts';
import type { AuditLog } from '#services/audit-log/port.ts';

/** Keeps what administrators do in a file of this machine, and tells it to the log, which outlives a container. */
export function openAuditLog(
  { dataDirectory }: Pick<Config, 'dataDirectory'>,
  logger: Pick<Logger, 'info'>,
): AuditLog {
  const file = createFileAuditLog(join(dataDirectory, 'audit.jsonl'));
  return {
    async record(entry) {
      await file.record(entry);
      logger.info({ audit: entry }, 'what an administrator does');
    },
  };
}
