import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '#config.ts';
import type { Logger } from '#log.ts';

const dayMs = 86_400_000;

/**
 * Removes from this machine, now and once a day, what is older than the retention. Cosmos DB removes its own by its time to
 * live; the embedded stores have none. A failure is for the log: the next day tries again.
 */
export function startRetention(
  { dataDirectory, retentionDays, cosmos, storage }: Config,
  logger: Logger,
): { stop(): void } {
  if (retentionDays === undefined) return { stop: () => undefined };
  const hasEmbedded = cosmos === undefined || storage === undefined;
  const run = async () => {
    const before = new Date(Date.now() - retentionDays * dayMs);
    try {
      const files = await removeOldFiles(join(dataDirectory, 'files'), before);
      const rows = hasEmbedded ? await removeOldRows(dataDirectory, before) : {};
      logger.debug({ ...rows, files, retentionDays }, 'removed what is older than the retention');
    } catch (error) {
      logger.error({ err: error }, 'what is older than the retention could not be removed');
    }
  };
  void run();
  const timer = setInterval(run, dayMs).unref();
  return { stop: () => clearInterval(timer) };
}

async function removeOldRows(dataDirectory: string, before: Date) {
  const [{ connectDatabase }, { removeExpired }] = await Promise.all([
    import('#services/database/open-database.ts'),
    import('#services/database/remove-expired.ts'),
  ]);
  const database = connectDatabase(join(dataDirectory, 'career-mentor.sqlite'));
  try {
    return removeExpired(database, before);
  } finally {
    database.close();
  }
}

/** The files that people attached, a folder for each of them. */
async function removeOldFiles(folder: string, before: Date): Promise<number> {
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  let removed = 0;
  for (const name of names) {
    const path = join(folder, name);
    const found = await stat(path).catch(() => undefined);
    if (found?.isFile() !== true || found.mtime >= before) continue;
    await rm(path, { force: true });
    removed += 1;
  }
  return removed;
}
