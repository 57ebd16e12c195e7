import { setTimeout as delay } from 'node:timers/promises';
import type { Activity, ResourceResponse } from 'botbuilder';

export type Wait = (ms: number) => Promise<unknown>;

/** The SDK retries server errors, and 429 where it names a time; these two it leaves to us. */
const retriedStatuses: readonly unknown[] = [412, 429];
const attempts = 4;
const firstWaitMs = 1_000;

/**
 * Sends one activity after another. A message that the channel found too early is sent again, a little later each time; parts
 * of a growing text are not, since the next part holds them too. Rejects with what the last attempt threw.
 */
export async function sendPatiently(
  activities: readonly Partial<Activity>[],
  send: (activity: Partial<Activity>) => Promise<ResourceResponse>,
  wait: Wait = delay,
): Promise<ResourceResponse[]> {
  const responses: ResourceResponse[] = [];
  for (const activity of activities) responses.push(await sendOne(activity, send, wait));
  return responses;
}

async function sendOne(
  activity: Partial<Activity>,
  send: (activity: Partial<Activity>) => Promise<ResourceResponse>,
  wait: Wait,
): Promise<ResourceResponse> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await send(activity);
    } catch (error) {
      const status = (error as { readonly statusCode?: unknown }).statusCode;
      const isRetried = activity.type === 'message' && retriedStatuses.includes(status);
      if (!isRetried || attempt === attempts) throw error;
      // Jitter keeps the replies of many conversations from coming back all at once.
      await wait(firstWaitMs * 2 ** (attempt - 1) * (0.75 + Math.random() / 2));
    }
  }
}
