import type { Guard } from '#services/resilience/guard.ts';
import { guardPort } from '#services/resilience/guard-port.ts';
import type { TranscriptStore } from './port.ts';

/** Guards a transcript store. Logging is repeated only where id and timestamp say that it is the same activity. */
export function withTranscriptResilience(store: TranscriptStore, guard: Guard): TranscriptStore {
  return guardPort(store, guard, {
    logActivity: { repeat: (activity) => Boolean(activity?.id && activity.timestamp) },
    getTranscriptActivities: { repeat: true },
    listTranscripts: { repeat: true, timeoutMs: 30_000 },
    deleteTranscript: { repeat: true, timeoutMs: 60_000 },
  });
}
