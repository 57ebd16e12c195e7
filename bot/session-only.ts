import type { Logger } from 'pino';
import type { Person, PersonalData } from './personal-data.ts';

export interface SessionOnlyOptions {
  readonly personalData: Pick<PersonalData, 'deleteAll'>;
  /** How long nothing must be said for a session to be over; an hour where nothing is said. */
  readonly idleMs?: number;
  readonly now?: () => Date;
  readonly logger: Pick<Logger, 'info' | 'error'>;
}

/** Forgets people of whom nothing may be kept beyond their session. */
export interface SessionOnly {
  /** Notes that the person's session goes on; once nothing was said for a while, all of their data is deleted. */
  touch(person: Person): void;
  /** When all of the person's data goes if nothing more is said; `undefined` for whoever is not to be forgotten. */
  endsAt(userKey: string): Date | undefined;
  /** Forgets at once whoever is still waiting for it, for the program ends. */
  close(): Promise<void>;
}

interface Waiting {
  readonly person: Person;
  readonly timer: NodeJS.Timeout;
  readonly endsAt: Date;
}

/** Creates the keeper of those sessions. A deletion that fails is tried again after as long a wait. */
export function createSessionOnly(options: SessionOnlyOptions): SessionOnly {
  const { personalData, idleMs = 3_600_000, now = () => new Date(), logger } = options;
  const waiting = new Map<string, Waiting>();

  const forget = async (person: Person): Promise<boolean> => {
    waiting.delete(person.userKey);
    try {
      await personalData.deleteAll(person);
      logger.info({}, 'a session of somebody under age is over; nothing of it was kept');
      return true;
    } catch (error) {
      logger.error({ err: error }, 'a session of somebody under age could not be deleted');
      return false;
    }
  };
  const touch = (person: Person): void => {
    clearTimeout(waiting.get(person.userKey)?.timer);
    const timer = setTimeout(async () => {
      if (!(await forget(person))) touch(person);
    }, idleMs);
    timer.unref();
    const endsAt = new Date(now().getTime() + idleMs);
    waiting.set(person.userKey, { person, timer, endsAt });
  };
  return {
    touch,
    endsAt: (userKey) => waiting.get(userKey)?.endsAt,
    async close() {
      const people = [...waiting.values()];
      for (const { timer } of people) clearTimeout(timer);
      await Promise.all(people.map(({ person }) => forget(person)));
    },
  };
}
