import { appendFile } from 'node:fs/promises';
import { MentorError } from '#errors.ts';
import type { AuditLog } from './port.ts';

/** Keeps the audit log in a file, one JSON object a line, that its owner alone can read. */
export function createFileAuditLog(path: string): AuditLog {
  return {
    async record(entry) {
      try {
        await appendFile(path, `${JSON.stringify(entry)}\n`, { mode: 0o600, flush: true });
      } catch (error) {
        throw new MentorError('data-unavailable', `Cannot write ${path}`, { cause: error });
      }
    },
  };
}
