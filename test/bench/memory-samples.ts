import { setTimeout as wait } from 'node:timers/promises';
import type { MeasuredProgram } from './measured-program.ts';

/** How much memory a process holds at one moment. */
export interface MemorySample {
  /** Objects in use after a garbage collection. */
  readonly heapMb: number;
  /** Memory of the process, as it was before that collection. */
  readonly residentMb: number;
}

/** The same at a moment of a run. */
export interface TimedSample extends MemorySample {
  readonly minute: number;
  readonly turns: number;
}

export type SampledProgram = Pick<MeasuredProgram, 'heapBytes' | 'residentMb'>;

/** Reads the memory of a program that was started with `inspected`. */
export async function readMemory(program: SampledProgram): Promise<MemorySample> {
  const residentMb = Math.round(program.residentMb() ?? Number.NaN);
  return { heapMb: oneDigit((await program.heapBytes()) / 1_000_000), residentMb };
}

/** Reads it so many times within the minutes, evenly and at last when they are over. */
export async function sampleMemory(
  program: SampledProgram,
  {
    minutes,
    samples: count,
    turns,
    tell = () => undefined,
  }: {
    readonly minutes: number;
    readonly samples: number;
    /** How many turns there were by now. */
    readonly turns: () => number;
    readonly tell?: ((line: string) => void) | undefined;
  },
): Promise<TimedSample[]> {
  const samples: TimedSample[] = [];
  const startedMs = performance.now();
  for (let number = 1; number <= count; number += 1) {
    const atMs = (minutes * 60_000 * number) / count;
    await wait(Math.max(0, startedMs + atMs - performance.now()));
    const memory = await readMemory(program);
    const minute = oneDigit((performance.now() - startedMs) / 60_000);
    samples.push({ minute, turns: turns(), ...memory });
    tell(JSON.stringify(samples.at(-1)));
  }
  return samples;
}

/** Two quarters of a run that are held against each other. */
export interface Quarters<Value> {
  readonly second: readonly Value[];
  readonly last: readonly Value[];
}

/** The second quarter and the last: by the second every cache is filled that fills quickly, and what still grows grows on. */
export function quartersOf<Value>(values: readonly Value[]): Quarters<Value> {
  const quarter = Math.floor(values.length / 4);
  return {
    second: values.slice(quarter, 2 * quarter),
    last: values.slice(values.length - quarter),
  };
}

/** Objects in use in the second quarter and in the last: the least of each, since a sample in the midst of turns holds these too. */
export function heapOfQuarters(samples: readonly Pick<MemorySample, 'heapMb'>[]): {
  readonly second: number;
  readonly last: number;
} {
  const least = (some: readonly Pick<MemorySample, 'heapMb'>[]) =>
    some.length === 0 ? Number.NaN : Math.min(...some.map(({ heapMb }) => heapMb));
  const { second, last } = quartersOf(samples);
  return { second: least(second), last: least(last) };
}

/** By how much the objects in use grew from the second quarter of the time to the last, as a share; NaN of fewer than four samples. */
export function heapGrowth(samples: readonly Pick<MemorySample, 'heapMb'>[]): number {
  const { second, last } = heapOfQuarters(samples);
  return last / second - 1;
}

function oneDigit(value: number): number {
  return Math.round(value * 10) / 10;
}
