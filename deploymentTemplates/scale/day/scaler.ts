import { assumptions } from '#deploymentTemplates/scale/assumptions.ts';
import type { Limits } from './limits.ts';
import type { Replicas } from './replicas.ts';

/** Looks every few seconds how many replicas the rules ask for. */
export interface Scaler {
  /** So many turns took the processors' time. */
  processed(turns: number): void;
  /** Looks, if it is time; `active` are the turns that wait in the queue or are held out of it. */
  look(active: number, now: number): void;
}

/** Scales by the rules of the container apps: the most that any of them asks for. */
export function createScaler({ rules, workers }: Limits, replicas: Replicas): Scaler {
  const { everySeconds } = assumptions.scaling;
  const turnsASecond = workers.cores * assumptions.replica.coreTurnsPerSecond;
  let processed = 0;
  let nextLook = everySeconds;
  return {
    processed(turns) {
      processed += turns;
    },
    look(active, now) {
      if (now < nextLook) return;
      const busyReplicas = processed / everySeconds / turnsASecond;
      const byProcessor = Math.ceil(busyReplicas / rules.processorShare);
      const byQueue = rules.queuedTurns === undefined ? 0 : Math.ceil(active / rules.queuedTurns);
      replicas.scaleTo(Math.max(byProcessor, byQueue), now);
      processed = 0;
      nextLook = now + everySeconds;
    },
  };
}
