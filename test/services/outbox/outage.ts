import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { MentorError } from '#errors.ts';
import { type OutboxOptions, openOutbox } from '#services/outbox/outbox.ts';

/** What a store says while its service is away. */
export const away = () =>
  new MentorError('data-unavailable', 'the service is away', { details: { status: 503 } });

type Mode = 'here' | 'away' | 'answer-lost';

/** A store that can be taken away: then its calls reject, after they were carried out where the answer is lost. */
export function withOutage<Store extends object>(store: Store) {
  let mode: Mode = 'here';
  let concerned: readonly string[] | undefined;
  const calls: string[] = [];
  const methods = Object.entries(store).map(([name, method]) => {
    const call = async (...given: unknown[]) => {
      calls.push(name);
      const now = concerned?.includes(name) === false ? 'here' : mode;
      if (now === 'away') throw away();
      const result = await method(...given);
      if (now === 'answer-lost') throw away();
      return result;
    };
    return [name, call] as const;
  });
  return {
    store: Object.fromEntries(methods) as unknown as Store,
    calls,
    /** From now on it is so: all of it, or these methods. */
    turn(to: Mode, methodNames?: readonly string[]): void {
      mode = to;
      concerned = methodNames;
    },
  };
}

/** Outboxes in a folder of the test file's own; they try again only when a test asks them to, unless it says otherwise. */
export function useOutboxes() {
  const folder = mkdtempSync(join(tmpdir(), 'career-mentor-outbox-'));
  after(() => rmSync(folder, { recursive: true, force: true }));
  let count = 0;
  return {
    newPath() {
      count += 1;
      return join(folder, `${count}`, 'waiting-writes.sqlite');
    },
    open(path: string, options: Partial<OutboxOptions> = {}) {
      const logged: { level: string; message: string; details: object }[] = [];
      const log = (level: string) => (details: object, message: string) =>
        void logged.push({ level, message, details });
      const logger = { info: log('info'), warn: log('warn'), error: log('error') };
      const outbox = openOutbox({ path, logger, firstRetryMs: 3_600_000, ...options });
      return { outbox, logged };
    },
  };
}
