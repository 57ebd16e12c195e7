import { DiagLogLevel, diag } from '@opentelemetry/api';
import type { Logger } from '#log.ts';

/** A collector that is away fails with every batch; once in a while is enough. */
const quietMs = 60_000;
const longestMessage = 200;

/** Brings what exporters complain of into the log, a line a minute at most, with a count of those that were left out. */
export function reportProblems(
  logger: Pick<Logger, 'warn'>,
  elapsedMs: () => number = () => performance.now(),
): void {
  let lastMs = Number.NEGATIVE_INFINITY;
  let leftOut = 0;
  const tell = (message: string) => {
    leftOut += 1;
    if (elapsedMs() - lastMs < quietMs) return;
    lastMs = elapsedMs();
    const problem = readMessage(message).slice(0, longestMessage);
    logger.warn({ problem, times: leftOut }, 'telemetry could not be sent');
    leftOut = 0;
  };
  const nothing = () => undefined;
  diag.setLogger(
    { error: tell, warn: tell, info: nothing, debug: nothing, verbose: nothing },
    { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
  );
}

/** Some write an error out as JSON, stack and all. */
function readMessage(message: string): string {
  try {
    const { message: inner } = JSON.parse(message) as { message?: unknown };
    return String(inner ?? message);
  } catch {
    return message;
  }
}
