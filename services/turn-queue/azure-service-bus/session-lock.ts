import type { ServiceBusSessionReceiver } from '@azure/service-bus';
import { TurnLost } from '#services/turn-queue/port.ts';

type LockedSession = Pick<
  ServiceBusSessionReceiver,
  'isClosed' | 'sessionLockedUntilUtc' | 'renewSessionLock'
>;

/** The lock of a session while it is held. */
export interface SessionLock {
  /** Aborts once the session may be another's. */
  readonly lost: AbortSignal;
  /** Looks at what a call on the session threw: whether it says that the lock is gone. */
  notice(error: unknown): void;
  /** Watches no more. */
  end(): void;
}

/** Service Bus locks for no less: https://learn.microsoft.com/azure/service-bus-messaging/message-transfers-locks-settlement. */
const shortestLockMs = 5_000;
const longestLookMs = 1_000;
const longestReserveMs = 5_000;

/**
 * Watches a session's lock. The SDK renews it, and gives that up after the first renewal that fails, without a word; so where
 * little time is left it is renewed from here. The time of day is asked once: a clock that is set afterwards takes no session away.
 */
export function watchSessionLock(
  receiver: LockedSession,
  { now = Date.now }: { readonly now?: () => number } = {},
): SessionLock {
  const controller = new AbortController();
  const lose = () => controller.abort(new TurnLost());
  const lockedUntil = () => receiver.sessionLockedUntilUtc.getTime();
  // Where this machine's clock is ahead of the service's, the lock is not over before it has begun.
  const beganAt = Math.min(now(), lockedUntil() - shortestLockMs);
  const beganAfter = performance.now();
  const lockMs = lockedUntil() - beganAt;
  const reserveMs = Math.min(longestReserveMs, lockMs / 4);
  let isRenewing = false;

  const notice = (error: unknown) => {
    const { code } = (error ?? {}) as { readonly code?: unknown };
    if (code === 'SessionLockLost' || code === 'MessageLockLost') lose();
  };
  const renew = async () => {
    isRenewing = true;
    try {
      await receiver.renewSessionLock();
    } catch (error) {
      notice(error);
    } finally {
      isRenewing = false;
    }
  };
  const look = () => {
    const leftMs = lockedUntil() - (beganAt + performance.now() - beganAfter);
    if (receiver.isClosed || leftMs <= 0) lose();
    else if (leftMs < reserveMs && !isRenewing) void renew();
  };
  const timer = setInterval(look, Math.min(longestLookMs, lockMs / 16)).unref();
  return { lost: controller.signal, notice, end: () => clearInterval(timer) };
}
