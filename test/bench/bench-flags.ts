import { parseArgs } from 'node:util';
import type { LongSize } from './run-long.ts';

export interface BenchFlags {
  readonly quick: boolean;
  readonly check: boolean;
  readonly accept: boolean;
  readonly record: boolean;
  /** Only the long runs, and how long; absent: all but these. */
  readonly long?: LongSize;
}

const usualLong = { people: '1000', minutes: '10', turns: '100000' } as const;
/** Fewer turns, or less than these minutes, tell nothing about growth. */
const least: LongSize = { people: 1, minutes: 0.1, turns: 100 };

/** Reads the command line of the bench; throws with a sentence that says what to give instead. */
export function readBenchFlags(words: readonly string[]): BenchFlags {
  const { values } = parseArgs({
    args: [...words],
    options: {
      quick: { type: 'boolean', default: false },
      check: { type: 'boolean', default: false },
      accept: { type: 'boolean', default: false },
      record: { type: 'boolean', default: false },
      long: { type: 'boolean', default: false },
      people: { type: 'string' },
      minutes: { type: 'string' },
      turns: { type: 'string' },
    },
  });
  const { long, people, minutes, turns, ...switches } = values;
  if (!long) {
    if ([people, minutes, turns].some((value) => value !== undefined))
      throw new Error('--people, --minutes and --turns are of the long runs: give --long too.');
    return switches;
  }
  if (switches.quick)
    throw new Error(
      'Give --people, --minutes and --turns for a short --long, in place of --quick.',
    );
  const size = { ...usualLong, ...definedOf({ people, minutes, turns }) };
  return {
    ...switches,
    long: {
      people: wholeNumber('people', size.people),
      minutes: numberOf('minutes', size.minutes),
      turns: wholeNumber('turns', size.turns),
    },
  };
}

function definedOf(values: Readonly<Record<keyof LongSize, string | undefined>>) {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

function wholeNumber(name: keyof LongSize, text: string): number {
  const value = numberOf(name, text);
  if (!Number.isInteger(value)) throw new Error(`--${name} must be a whole number.`);
  return value;
}

function numberOf(name: keyof LongSize, text: string): number {
  const value = Number(text);
  if (!(value >= least[name])) throw new Error(`--${name} must be ${least[name]} or more.`);
  return value;
}
