import { randomInt } from 'node:crypto';
import { join } from 'node:path';
import type { Dependency } from '#api/health.ts';
import type { OtherWriters } from '#bot/channels/direct-line/conversations.ts';
import type { Config } from '#config.ts';
import type { Logger } from '#log.ts';
import type { TurnQueue } from '#services/turn-queue/port.ts';
import type { Core } from './core.ts';

/** Where accepted turns wait. */
export interface OpenedTurnQueue {
  readonly queue: TurnQueue;
  readonly dependency: Dependency;
}

/** Opens the queue: Service Bus where its address is set, and a file of this machine where it is not. */
export async function openTurnQueue(
  { dataDirectory, serviceBus }: Config,
  logger: Logger,
): Promise<OpenedTurnQueue> {
  const queue = await (serviceBus === undefined
    ? openInFile(join(dataDirectory, 'turns.sqlite'), logger)
    : openServiceBus(serviceBus, logger));
  return {
    queue,
    dependency: { name: 'turn-queue', required: true, check: (signal) => queue.check(signal) },
  };
}

async function openInFile(path: string, logger: Logger): Promise<TurnQueue> {
  const [{ createSqliteTurnQueue }, { openDatabase }] = await Promise.all([
    import('#services/turn-queue/sqlite.ts'),
    import('#services/database/open-database.ts'),
  ]);
  const { database, keptAside } = openDatabase(path);
  if (keptAside !== undefined)
    logger.error(
      { keptAside },
      'the file of waiting turns was damaged; it was kept aside, and a new one begun',
    );
  return createSqliteTurnQueue(database, { logger });
}

async function openServiceBus(
  serviceBus: NonNullable<Config['serviceBus']>,
  logger: Logger,
): Promise<TurnQueue> {
  const { createServiceBusTurnQueue } = await import('#services/turn-queue/azure-service-bus.ts');
  return createServiceBusTurnQueue({ ...serviceBus, logger });
}

/** How to see what other processes wrote into the conversations that people have open here. */
export function otherWritersOf({
  activityLogChanges,
}: Pick<Core, 'activityLogChanges'>): OtherWriters {
  return { idSuffix: String(randomInt(100_000, 1_000_000)), ...activityLogChanges };
}
