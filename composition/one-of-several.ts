import type { Config } from '#config.ts';

/** Whether other processes may do the same work as this one: those that share a queue of turns, and those with a part of it each. */
export function isOneOfSeveral({ serviceBus, role }: Pick<Config, 'serviceBus' | 'role'>): boolean {
  return serviceBus !== undefined || role !== 'all';
}
