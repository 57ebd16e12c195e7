import type { Storage } from 'botbuilder';
import type { Logger } from 'pino';
import { MentorError } from '#errors.ts';

/** Stands for what could not be read just now, in contrast to what is not there. */
export const unread = Symbol('unread');

/** What is read, or `unread` while its store cannot be reached: a turn goes on without, and the log says so. */
export async function tryToRead<Value>(
  what: string,
  reading: Promise<Value>,
  logger: Pick<Logger, 'error'>,
): Promise<Value | typeof unread> {
  try {
    return await reading;
  } catch (error) {
    if (!isUnreachable(error)) throw error;
    logger.error({ err: error, what }, 'a store could not be read; the turn goes on without');
    return unread;
  }
}

/**
 * The storage for what the bot remembers between turns. What cannot be read begins anew, because the person waits for an
 * answer, and an open dialog is the lesser loss.
 */
export function beginAnewWhereUnread(storage: Storage, logger: Pick<Logger, 'error'>): Storage {
  return {
    async read(keys) {
      const items = await tryToRead('bot state', storage.read(keys), logger);
      return items === unread ? {} : items;
    },
    write: (changes) => storage.write(changes),
    delete: (keys) => storage.delete(keys),
  };
}

function isUnreachable(error: unknown): boolean {
  return error instanceof MentorError && error.code === 'data-unavailable';
}
