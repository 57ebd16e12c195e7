import { setTimeout as wait } from 'node:timers/promises';
import type { AzureService } from './service-settings.ts';
import { toStoreError } from './to-store-error.ts';

/** What an attempt resolves to where somebody else was faster. */
export const conflict = Symbol('conflict');

const maxAttempts = 60;
const firstDelayMs = 5;
const longestDelayMs = 200;

/**
 * Runs the attempt, which reads and writes under the eTags it read, until nobody was faster. The waits between grow and are
 * random, so that writers that met once do not meet again. After 60 attempts it rejects with `data-unavailable`.
 */
export async function retryOnConflict<Result>(
  service: AzureService,
  doing: string,
  attempt: () => Promise<Result | typeof conflict>,
  delay: (delayMs: number) => Promise<unknown> = wait,
): Promise<Result> {
  for (let count = 0; count < maxAttempts; count += 1) {
    const result = await attempt();
    if (result !== conflict) return result;
    await delay(Math.random() * Math.min(firstDelayMs * 2 ** count, longestDelayMs));
  }
  const error = Object.assign(new Error(`${maxAttempts} attempts met a newer version each`), {
    statusCode: 412,
  });
  throw toStoreError(error, service, doing);
}
