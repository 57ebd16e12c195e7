import { createGuard } from '#services/resilience/guard.ts';
import type { DocumentSource } from './port.ts';

/** Long documents over a slow line: longer than anything that a person waits for. */
const timeoutMs = 300_000;
/** A few documents in a row that cannot be had, such as archived blobs, do not make the source one that is down. */
const failuresToOpen = 20;

/** Tries again what fails for a passing reason; a source that fails again and again is left alone, and says so. */
export function withSourceResilience(source: DocumentSource): DocumentSource {
  const guard = createGuard({
    name: 'document-source',
    code: 'data-unavailable',
    timeoutMs,
    failuresToOpen,
  });
  return {
    name: source.name,
    list: (options) => guard.run((signal) => source.list({ signal }), options),
    read: (path, options) => guard.run((signal) => source.read(path, { signal }), options),
  };
}
