import { createHash } from 'node:crypto';
import { MentorError } from '#errors.ts';
import type { QueuedTurn } from '#services/turn-queue/port.ts';

/** A message's body. */
export interface StoredTurn extends QueuedTurn {
  /** ISO 8601, UTC. */
  readonly acceptedAt: string;
}

/** Service Bus takes 128 characters for the id of a message or a session; channels' ids are longer. */
export function shortKey(id: string): string {
  return createHash('sha256').update(id).digest('hex');
}

/** Gives what the SDK throws the port's error code. */
export async function toBusError<Result>(work: Promise<Result>): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof MentorError) throw error;
    const { code, message } = (error ?? {}) as {
      readonly code?: unknown;
      readonly message?: unknown;
    };
    // Sent again it would be as large: the channel is told that it need not.
    if (code === 'MessageSizeExceeded')
      throw new MentorError('request-too-large', 'A turn is larger than Service Bus takes.', {
        cause: error,
      });
    throw new MentorError(
      'data-unavailable',
      `Azure Service Bus did not take part (${String(code ?? 'unknown')}): ${String(message)} Check SERVICE_BUS_CONNECTION or SERVICE_BUS_NAMESPACE, and the roles Azure Service Bus Data Sender and Receiver.`,
      { cause: error },
    );
  }
}
