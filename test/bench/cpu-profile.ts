import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type MeasuredProgram, startMeasured } from './measured-program.ts';

interface ProfileNode {
  readonly id: number;
  readonly callFrame: { readonly functionName: string; readonly url: string };
  readonly children?: readonly number[];
}

/** What `--cpu-prof` writes: which function ran, sample by sample, with the microseconds between them. */
export interface Profile {
  readonly nodes: readonly ProfileNode[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

/** Some time of the processor, and the addresses of the scripts it was in, the innermost first. */
export interface BusyTime {
  readonly urls: readonly string[];
  readonly microseconds: number;
}

/** Runs a program under `--cpu-prof` while `work` is done with it. */
export async function recordProfile(
  file: string,
  environment: Readonly<Record<string, string>>,
  work: (program: MeasuredProgram) => Promise<void>,
): Promise<{ readonly profile: Profile; readonly readyMs: number }> {
  const folder = mkdtempSync(join(tmpdir(), 'career-mentor-profile-'));
  try {
    const nodeOptions = ['--cpu-prof', `--cpu-prof-dir=${folder}`];
    const program = await startMeasured(file, { environment, nodeOptions });
    await work(program);
    await program.stop();
    const [name = ''] = readdirSync(folder);
    const profile = JSON.parse(readFileSync(join(folder, name), 'utf8')) as Profile;
    return { profile, readyMs: program.readyMs };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What was not idle between two moments, in milliseconds from the start of the process. */
export function busyTimes(
  profile: Profile,
  { fromMs = 0, toMs = Number.POSITIVE_INFINITY },
): BusyTime[] {
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
  const parents = new Map(
    profile.nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id] as const)),
  );
  const urlsFrom = (sample: number): string[] => {
    const urls: string[] = [];
    for (let id: number | undefined = sample; id !== undefined; id = parents.get(id))
      urls.push(nodes.get(id)?.callFrame.url ?? '');
    return urls;
  };
  let elapsedUs = 0;
  return profile.samples.flatMap((sample, position) => {
    const microseconds = profile.timeDeltas[position] ?? 0;
    elapsedUs += microseconds;
    const isWithin = elapsedUs >= fromMs * 1_000 && elapsedUs <= toMs * 1_000;
    if (!isWithin || nodes.get(sample)?.callFrame.functionName === '(idle)') return [];
    return [{ urls: urlsFrom(sample), microseconds }];
  });
}

/** The time of each name, the longest first. */
export function sumByName(
  times: readonly BusyTime[],
  nameOf: (urls: readonly string[]) => string,
): { readonly name: string; readonly microseconds: number }[] {
  const sums = new Map<string, number>();
  for (const { urls, microseconds } of times) {
    const name = nameOf(urls);
    sums.set(name, (sums.get(name) ?? 0) + microseconds);
  }
  return [...sums]
    .map(([name, microseconds]) => ({ name, microseconds }))
    .toSorted((left, right) => right.microseconds - left.microseconds);
}
