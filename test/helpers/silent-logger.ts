import type { Logger } from '#log.ts';

const nothing = () => undefined;

/** For tests to which the log does not matter. */
export const silentLogger: Logger = {
  info: nothing,
  warn: nothing,
  error: nothing,
  debug: nothing,
};
