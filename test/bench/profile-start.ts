import { busyTimes, type Profile, recordProfile, sumByName } from './cpu-profile.ts';

/** What a package costs the start, with all that it loads in turn. */
export interface ImportCost {
  readonly name: string;
  readonly milliseconds: number;
}

/** Below, a package is not named. */
const leastNamedMs = 20;
const ownCode = 'our own code, and what Node does for it';
const smallOnes = 'packages below 20 ms each';

/** Starts the program under `--cpu-prof`, which makes it slower, and tells what its start is spent on. */
export async function profileStart(
  file: string,
  environment: Readonly<Record<string, string>>,
): Promise<ImportCost[]> {
  const { profile, readyMs } = await recordProfile(file, environment, async () => undefined);
  return importCosts(profile, readyMs);
}

/** What was spent in each package that we load ourselves, up to a moment; the dearest first. */
export function importCosts(profile: Profile, untilMs: number): ImportCost[] {
  const costs = sumByName(busyTimes(profile, { toMs: untilMs }), outermostPackage).map(
    ({ name, microseconds }) => ({ name, milliseconds: microseconds / 1_000 }),
  );
  const isNamed = ({ name, milliseconds }: ImportCost) =>
    name === ownCode || milliseconds >= leastNamedMs;
  const rest = costs
    .filter((cost) => !isNamed(cost))
    .reduce((sum, { milliseconds }) => sum + milliseconds, 0);
  return [...costs.filter(isNamed), ...(rest > 0 ? [{ name: smallOnes, milliseconds: rest }] : [])];
}

function outermostPackage(urls: readonly string[]): string {
  const packages = urls.flatMap((url) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1] ?? []);
  return packages.at(-1) ?? ownCode;
}
