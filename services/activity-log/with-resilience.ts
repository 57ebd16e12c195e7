import type { Guard } from '#services/resilience/guard.ts';
import { guardPort } from '#services/resilience/guard-port.ts';
import type { ActivityLog } from './port.ts';

/** Guards an activity log. An activity that is there keeps its number, so adding may be repeated; removing would deny what it did. */
export function withActivityLogResilience(log: ActivityLog, guard: Guard): ActivityLog {
  return guardPort(log, guard, {
    create: { repeat: true },
    get: { repeat: true },
    list: { repeat: true },
    append: { repeat: true },
    readAfter: { repeat: true },
    replace: { repeat: (_conversationId, activityId, activity) => activity?.id === activityId },
    deleteUser: { repeat: true, timeoutMs: 60_000 },
  });
}
