import { setTimeout as delay } from 'node:timers/promises';
import { toMentorError } from '#errors.ts';
import type { Logger } from '#log.ts';

/** How long until a search service that was away at the start is tried again. */
const retryMs = 30_000;

/**
 * Publishes the built-in articles. Where the search service is away for the moment the program starts all the same, says so
 * to whoever asks, and publishes as soon as the service is back. Rejects where waiting cures nothing, such as a wrong key.
 */
export async function publishAtStart(
  publish: () => Promise<void>,
  logger: Pick<Logger, 'error' | 'info'>,
  options: { readonly retryMs?: number } = {},
): Promise<{ stop(): void }> {
  const stopped = new AbortController();
  const again = async () => {
    const wait = options.retryMs ?? retryMs;
    while (!stopped.signal.aborted) {
      await delay(wait, undefined, { signal: stopped.signal, ref: false });
      try {
        await publish();
        logger.info({}, 'the articles are published: the search service is back');
        return;
      } catch (error) {
        logger.error({ err: error }, 'the articles still cannot be published');
      }
    }
  };
  try {
    await publish();
  } catch (error) {
    const { code, details } = toMentorError(error);
    if (code !== 'search-unavailable' || details['isRetryable'] === false) throw error;
    logger.error({ err: error, details }, 'the articles could not be published; trying again');
    /** Ends by itself, or with `stop`, whose reason nobody needs. */
    again().catch(() => undefined);
  }
  return { stop: () => stopped.abort() };
}
