import { busyTimes, type Profile, recordProfile, sumByName } from './cpu-profile.ts';
import { measureTurns } from './measure-turns.ts';

/** A part of the program and its share of the processor's time during turns. */
export interface PartShare {
  readonly part: string;
  readonly share: number;
}

/** The first that fits the address of a script names its part. */
const parts: readonly (readonly [RegExp, string])[] = [
  // What these do is done for the part that calls them.
  [/node_modules\/(adaptive|zod|stemmer|markdown-it|gpt-tokenizer|fastest-levenshtein)/, ''],
  [/node_modules\//, 'Bot Framework SDK and its HTTP client, restify'],
  [/\/services\/knowledge-index\//, 'search'],
  [/\/(mentor|language|services\/model)\//, 'understanding, writing and checking the answer'],
  [/\/services\//, 'SQLite stores'],
  [/\/cards\//, 'cards'],
  [/\/(bot|dialogs|api|composition)\//, 'bot: inbox, dialogs, commands, reply'],
];
const remaining = 'Node: sockets, streams, garbage collection';

/** Runs turns under `--cpu-prof` and tells which parts of the program the processor was busy with. */
export async function profileTurns(
  file: string,
  environment: Readonly<Record<string, string>>,
  turns: number,
): Promise<PartShare[]> {
  const { profile, readyMs } = await recordProfile(file, environment, async (program) => {
    await measureTurns([program], [{ people: 16, turns }], 1);
  });
  return sharesOf(profile, readyMs);
}

/** The shares of the parts after so many milliseconds, the largest first. */
export function sharesOf(profile: Profile, afterMs: number): PartShare[] {
  const times = busyTimes(profile, { fromMs: afterMs });
  const busyUs = times.reduce((sum, { microseconds }) => sum + microseconds, 0);
  return sumByName(times, partOf).map(({ name, microseconds }) => ({
    part: name,
    share: microseconds / busyUs,
  }));
}

/** Of the innermost script that belongs to one. */
function partOf(urls: readonly string[]): string {
  for (const url of urls) {
    const part = parts.find(([pattern]) => pattern.test(url))?.[1] ?? '';
    if (part !== '') return part;
  }
  return remaining;
}
