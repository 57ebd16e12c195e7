import type { Guard } from '#services/resilience/guard.ts';
import { guardPort } from '#services/resilience/guard-port.ts';
import type { ProfileStore } from './port.ts';

/** Guards a profile store. All may be repeated: a profile is replaced whole. */
export function withProfileResilience(store: ProfileStore, guard: Guard): ProfileStore {
  return guardPort(store, guard, {
    get: { repeat: true },
    put: { repeat: true },
    delete: { repeat: true },
  });
}
