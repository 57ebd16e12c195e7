import type { Guard } from '#services/resilience/guard.ts';
import { guardPort } from '#services/resilience/guard-port.ts';
import { isConditional } from './e-tags.ts';
import type { BotStateStorage } from './port.ts';

/** Guards a bot state storage. A write under an eTag is tried once: had the first try been carried out, the second would meet a conflict. */
export function withBotStateResilience(storage: BotStateStorage, guard: Guard): BotStateStorage {
  return guardPort(storage, guard, {
    read: { repeat: true },
    write: { repeat: (changes) => !Object.values(changes ?? {}).some(isConditional) },
    delete: { repeat: true },
  });
}
