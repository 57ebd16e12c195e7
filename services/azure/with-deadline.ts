/** How long one call to a service may take in all, tries included; fixed by the architecture. */
export const defaultTimeoutMs = 30_000;

/**
 * Runs the work, which gets a signal to hand on; rejects with a TimeoutError once the time is over, also where the SDK
 * beneath takes no signal and goes on waiting.
 */
export async function withDeadline<Result>(
  timeoutMs: number,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const expired = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const error = new DOMException(`no answer within ${timeoutMs} ms`, 'TimeoutError');
      reject(error);
      controller.abort(error);
    }, timeoutMs);
  });
  try {
    return await Promise.race([work(controller.signal), expired]);
  } finally {
    clearTimeout(timer);
  }
}
